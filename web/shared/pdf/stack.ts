/** A column of pages in something that scrolls: only what is near the eyes is drawn, whatever the length. */
import './pdf.css';
import type { OpenPdf } from './engine';
import { type PageSize, type Rect, toView } from './geometry';
import { distance, gap, holds, near, nowhere, pageAt, type Span, sharpness, tops, visible } from './layout';
import { drawing } from './queue';
import { Scroller } from './scroller';
import { Shell, type Trouble } from './shell';

export type { PageSize, Rect } from './geometry';
export type { Trouble } from './shell';

export interface StackOptions {
  /** What scrolls: an element, or document.documentElement for the page itself. */
  scroller: HTMLElement;
  sizes: PageSize[];
  document: Promise<OpenPdf>;
  /** CSS pixels per point. */
  scale: number;
  /** The accessible name of a page: "Page 1 of 3". */
  label(page: number): string;
  /** Real text with the roles of the structure tree. */
  textLayer: boolean;
  /** Mounts every overlay at once and keeps it, so that Tab finds every field. Else only those near the view. */
  keepOverlays?: boolean;
  /** What a page says that cannot be drawn. */
  trouble?: Trouble;
  onMount?(page: number, overlay: HTMLElement): void;
  onUnmount?(page: number, overlay: HTMLElement): void;
  /** The page that the reader is on. */
  onCurrent?(page: number): void;
  onDrawn?(page: number): void;
  /** How many characters of text a page has: none means a scan. */
  onText?(page: number, chars: number): void;
  onError?(page: number, e: unknown): void;
}

/** After a zoom the old picture is stretched; this long after the last step it is drawn anew. */
const settleMs = 120;

export class PageStack {
  #o: StackOptions;
  #host: HTMLElement;
  #scroll: Scroller;
  #shells: Shell[];
  #starts: number[] = [];
  #scale: number;
  #shown: Span = nowhere;
  #mounted = new Set<Shell>();
  #jobs = new Map<Shell, () => void>();
  #current = 0;
  #frame = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(host: HTMLElement, o: StackOptions) {
    this.#o = o;
    this.#host = host;
    this.#scale = o.scale;
    this.#shells = o.sizes.map((size, i) => new Shell(i + 1, size, o.label(i + 1)));
    host.classList.add('pdf-stack');
    host.classList.toggle('pdf-plain', !o.textLayer);
    host.style.gap = `${gap}px`;
    this.#layout();
    host.replaceChildren(...this.#shells.map((s) => s.element));
    if (o.keepOverlays) for (const s of this.#shells) this.#mount(s);
    this.#scroll = new Scroller(
      o.scroller,
      () => this.#wake(),
      () => this.#later(),
    );
    host.addEventListener('focusin', this.#wake);
    globalThis.addEventListener('online', this.#retry);
    this.#follow(o.document);
    this.#look();
  }

  get scale(): number {
    return this.#scale;
  }

  /** Zooms. The point of the page at `at` (client pixels; else the middle of the view) stays where it is. */
  setScale(scale: number, at?: { x: number; y: number }): void {
    if (this.#over || !(scale > 0) || scale === this.#scale) return;
    const view = this.#scroll.view();
    const point = at ?? { x: (view.left + view.right) / 2, y: (view.top + view.bottom) / 2 };
    const index = pageAt(this.#starts, point.y - this.#origin());
    const before = this.#shells[index]?.element.getBoundingClientRect();
    this.#scale = scale;
    this.#layout();
    const after = this.#shells[index]?.element.getBoundingClientRect();
    if (before && after) {
      const fx = (point.x - before.left) / before.width;
      const fy = (point.y - before.top) / before.height;
      this.#scroll.by(after.left + fx * after.width - point.x, after.top + fy * after.height - point.y);
    }
    this.#later();
    this.#wake();
  }

  /** Brings a page into view, or a height of it (points from its bottom, as shown), or a place, to the middle. */
  scrollTo(page: number, at?: { y: number } | { rect: Rect }): void {
    const shell = this.#shells[page - 1];
    if (!shell) return;
    const box = shell.element.getBoundingClientRect();
    if (!at) {
      this.#scroll.bring(box.top, undefined);
    } else if ('rect' in at) {
      const v = toView(shell.size, at.rect, this.#scale);
      this.#scroll.bring(box.top + v.top, v.height, { left: box.left + v.left, width: v.width });
    } else {
      this.#scroll.bring(box.top + (shell.size.height - at.y) * this.#scale, 0);
    }
  }

  /** The box of a page, which is there whether or not the page is drawn. */
  element(page: number): HTMLElement {
    const shell = this.#shells[page - 1];
    if (!shell) throw new RangeError('no such page');
    return shell.element;
  }

  /** The layer for fields, while its page is near the view. */
  overlay(page: number): HTMLElement | undefined {
    const shell = this.#shells[page - 1];
    return shell && this.#mounted.has(shell) ? shell.overlay : undefined;
  }

  /** The page that the reader is on. */
  get current(): number {
    return this.#current;
  }

  liveCanvases(): number {
    return this.#shells.filter((s) => s.drawn).length;
  }

  /** Shows another opening of the same pages, after the first was lost. */
  setDocument(document: Promise<OpenPdf>): void {
    this.#o.document = document;
    for (const s of this.#shells) s.empty();
    this.#follow(document);
    this.#retry();
  }

  destroy(): void {
    this.#over = true;
    this.#scroll.destroy();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settle);
    this.#host.removeEventListener('focusin', this.#wake);
    globalThis.removeEventListener('online', this.#retry);
    for (const s of this.#shells) {
      this.#callOff(s);
      s.empty();
      if (this.#mounted.has(s)) this.#o.onUnmount?.(s.number, s.overlay);
    }
    this.#mounted.clear();
    this.#host.replaceChildren();
  }

  #layout(): void {
    for (const s of this.#shells) s.resize(this.#scale);
    this.#starts = tops(this.#shells.map((s) => s.size.height * this.#scale));
    this.#host.style.setProperty('--pdf-scale', String(this.#scale));
  }

  /** Where the column begins on the screen. */
  #origin(): number {
    return this.#shells[0]?.element.getBoundingClientRect().top ?? 0;
  }

  #wake = (): void => {
    if (!this.#frame && !this.#over) this.#frame = requestAnimationFrame(() => this.#look());
  };

  #later(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      this.#wake();
    }, settleMs);
  }

  #retry = (): void => {
    for (const s of this.#shells) if (s.failed) s.forgive();
    this.#wake();
  };

  /** A document that cannot be opened is a failure of the page that the reader looks at. */
  #follow(document: Promise<OpenPdf>): void {
    document.then(
      () => this.#wake(),
      (e) => {
        if (!this.#over && this.#o.document === document) this.#failed(this.#shells[this.#current - 1], e);
      },
    );
  }

  /** Looks where the reader is, and makes what is near them be there. */
  #look(): void {
    this.#frame = 0;
    const origin = this.#origin();
    const view = this.#scroll.view();
    const top = view.top - origin;
    this.#shown = visible(this.#starts, top, view.bottom - origin);
    this.#tell(top + (view.bottom - view.top) / 3);
    const alive = near(this.#shown, this.#shells.length);
    const focused = this.#host.contains(document.activeElement) ? document.activeElement : null;
    for (const [i, s] of this.#shells.entries()) {
      const keep = holds(alive, i);
      if (keep || (focused && s.overlay.contains(focused))) this.#mount(s);
      else if (this.#mounted.has(s)) this.#unmount(s);
      if (keep) this.#want(s, i);
      else this.#drop(s);
    }
  }

  #tell(y: number): void {
    if (this.#shown.last < this.#shown.first) return;
    const page = pageAt(this.#starts, y) + 1;
    if (page === this.#current) return;
    this.#current = page;
    this.#o.onCurrent?.(page);
  }

  #mount(s: Shell): void {
    if (this.#mounted.has(s)) return;
    this.#mounted.add(s);
    this.#o.onMount?.(s.number, s.overlay);
  }

  #unmount(s: Shell): void {
    if (this.#o.keepOverlays) return;
    this.#mounted.delete(s);
    this.#o.onUnmount?.(s.number, s.overlay);
    s.overlay.replaceChildren();
  }

  #drop(s: Shell): void {
    this.#callOff(s);
    s.empty();
  }

  #callOff(s: Shell): void {
    this.#jobs.get(s)?.();
    this.#jobs.delete(s);
  }

  /** Puts a page into the queue of drawings unless it is as it should be. */
  #want(s: Shell, index: number): void {
    const perPoint = this.#perPoint(s, index);
    if (this.#jobs.has(s) || s.fresh(perPoint, this.#o.textLayer)) return;
    // While the zoom moves, the old picture does.
    if (s.drawn && this.#settle !== undefined) return;
    const job = {
      rank: () => distance(this.#shown, index),
      run: (signal: AbortSignal) => this.#fill(s, index, signal),
    };
    this.#jobs.set(s, drawing.add(job));
  }

  #perPoint(s: Shell, index: number): number {
    const pinch = holds(this.#shown, index) ? this.#scroll.pinch() : 1;
    const { width, height } = s.size;
    const k = this.#scale;
    return k * sharpness(width * k, height * k, globalThis.devicePixelRatio || 1, pinch);
  }

  async #fill(s: Shell, index: number, signal: AbortSignal): Promise<void> {
    try {
      const pdf = await this.#o.document;
      signal.throwIfAborted();
      const known = s.chars;
      await s.fill(pdf, this.#perPoint(s, index), this.#o.textLayer, signal);
      this.#o.onDrawn?.(s.number);
      if (known === undefined && s.chars !== undefined) this.#o.onText?.(s.number, s.chars);
    } catch (e) {
      if (!signal.aborted) this.#failed(s, e);
    } finally {
      if (!signal.aborted) this.#jobs.delete(s);
      this.#wake();
    }
  }

  #failed(s: Shell | undefined, e: unknown): void {
    if (!s || s.failed) return;
    s.fail(this.#o.trouble);
    this.#o.onError?.(s.number, e);
  }
}
