import { t } from '@shared/i18n';
import { type OpenPdf, openDocument } from '@shared/pdf/engine';
import { fitAll } from '@shared/pdf/geometry';
import { PageStack } from '@shared/pdf/stack';
import { announce } from '../../../parts';
import { fileOf } from '../documents/file';
import { clamp } from '../model/place';
import type { Draft } from '../model/state';
import { Store } from '../model/store';
import type { Doc, Field } from '../model/types';
import { Gestures, type Table } from './gestures';
import { Preview } from './ghost';
import { Keyboard } from './keyboard';
import { FieldLayer } from './layer';

export const leastZoom = 0.25;
export const mostZoom = 4;

export interface Zoom {
  scale: number;
  /** The page follows the width of the view. */
  fit: boolean;
}

/** CSS pixels per point at which a page has its size on paper. */
const full = 96 / 72;

/** The pages of one document with everything that works on them. It lives beside React. */
export class Canvas {
  readonly zoom: Store<Zoom>;
  readonly pdf: Promise<OpenPdf>;
  readonly #stack: PageStack;
  readonly #layer: FieldLayer;
  readonly #gestures: Gestures;
  readonly #keyboard: Keyboard;
  readonly #preview: Preview;
  #host: HTMLElement;
  #scroller: HTMLElement;
  #doc: Doc;
  #draft: Draft;
  #resize: ResizeObserver;
  #over = false;
  #seen: boolean;

  constructor(o: { draft: Draft; doc: Doc; host: HTMLElement; scroller: HTMLElement; settings(): void }) {
    this.#seen = o.scroller.clientWidth > 0;
    this.#draft = o.draft;
    this.#doc = o.doc;
    this.#host = o.host;
    this.#scroller = o.scroller;
    this.pdf = openDocument({ url: fileOf(o.draft.value.id, o.doc.id) });
    this.pdf.catch(() => {}); // each page says so in its place
    this.#layer = new FieldLayer(o.draft, o.doc.id);
    this.zoom = new Store<Zoom>({ scale: this.#fitting(), fit: true });
    this.#stack = new PageStack(o.host, {
      scroller: o.scroller,
      sizes: o.doc.pages,
      document: this.pdf,
      scale: this.zoom.value.scale,
      label: (page) => t('editor.page_of', { page, pages: o.doc.page_count }),
      textLayer: true,
      trouble: {
        text: t('editor.page_trouble'),
        link: t('editor.open_file'),
        href: fileOf(o.draft.value.id, o.doc.id),
      },
      onMount: (page, overlay) => this.#layer.mount(page, overlay),
      onUnmount: (page, overlay) => this.#layer.unmount(page, overlay),
      onCurrent: (page) => !this.#over && o.draft.patch({ page }),
    });
    const table: Table = {
      draft: o.draft,
      document: o.doc.id,
      stack: this.#stack,
      layer: this.#layer,
      scroller: o.scroller,
      say: announce,
    };
    this.#gestures = new Gestures(table);
    this.#keyboard = new Keyboard(table, {
      zoom: (by) => this.zoomBy(by),
      turn: (by) => this.turn(by),
      settings: o.settings,
      reveal: (f) => this.reveal(f),
    });
    this.#preview = new Preview(o.draft, o.scroller, () => this.zoom.value.scale);
    this.#resize = new ResizeObserver(() => this.#refit());
    this.#listen();
  }

  #listen(): void {
    this.#resize.observe(this.#scroller);
    this.#host.addEventListener('pointerdown', this.#gestures.down);
    this.#scroller.addEventListener('wheel', this.#wheel, { passive: false });
    document.addEventListener('keydown', this.#keyboard.down);
  }

  destroy(): void {
    this.#over = true;
    this.#resize.disconnect();
    this.#host.removeEventListener('pointerdown', this.#gestures.down);
    this.#scroller.removeEventListener('wheel', this.#wheel);
    document.removeEventListener('keydown', this.#keyboard.down);
    this.#preview.destroy();
    this.#stack.destroy();
    this.#layer.destroy();
    void this.pdf.then((p) => p.destroy()).catch(() => {});
  }

  /** The zoom in percent of the size on paper. */
  get percent(): number {
    return Math.round((this.zoom.value.scale / full) * 100);
  }

  zoomTo(percent: number, at?: { x: number; y: number }): void {
    this.#scaleTo(clamp(percent / 100, leastZoom, mostZoom) * full, false, at);
  }

  zoomBy(by: 'in' | 'out' | 'fit'): void {
    if (by === 'fit') this.#scaleTo(this.#fitting(), true);
    else this.zoomTo(nextStop(this.percent, by === 'in' ? 1 : -1));
    announce(t('editor.said.zoom', { percent: this.percent }));
  }

  turn(by: 1 | -1): void {
    const to = clamp(this.#draft.value.page + by, 1, this.#doc.page_count);
    this.go(to);
    announce(t('editor.page_of', { page: to, pages: this.#doc.page_count }));
  }

  go(page: number): void {
    this.#stack.scrollTo(page);
  }

  /** Brings a field into view and puts the focus on it. */
  reveal(f: Field): void {
    this.#stack.scrollTo(f.page, { rect: f });
    let tries = 20;
    const focus = () => {
      const el = this.#layer.markers.get(f.key)?.element;
      if (el) el.focus({ preventScroll: true });
      else if (tries-- > 0) requestAnimationFrame(focus);
    };
    requestAnimationFrame(focus);
  }

  /** Drops a new field of a type at a point of the window. */
  dropNew(type: string, x: number, y: number): boolean {
    return this.#gestures.dropNew(type, x, y);
  }

  liveCanvases(): number {
    return this.#stack.liveCanvases();
  }

  #refit(): void {
    if (this.#scroller.clientWidth === 0 || !this.zoom.value.fit) return;
    this.#scaleTo(this.#fitting(), true);
    // Pages that were made while nothing of them showed begin at their beginning.
    if (!this.#seen) this.#scroller.scrollTop = 0;
    this.#seen = true;
  }

  #fitting(): number {
    const style = getComputedStyle(this.#scroller);
    const room =
      this.#scroller.clientWidth -
      Number.parseFloat(style.paddingLeft) -
      Number.parseFloat(style.paddingRight);
    return clamp(fitAll(this.#doc.pages, Math.max(room, 120)), leastZoom * full, 1.5 * full);
  }

  #scaleTo(scale: number, fit: boolean, at?: { x: number; y: number }): void {
    this.zoom.set({ scale, fit });
    this.#stack.setScale(scale, at);
  }

  #wheel = (e: WheelEvent): void => {
    if (!e.ctrlKey && !e.metaKey) return;
    e.preventDefault();
    const by = Math.exp(-clamp(e.deltaY, -60, 60) / 240);
    this.zoomTo((this.zoom.value.scale / full) * 100 * by, { x: e.clientX, y: e.clientY });
  };
}

export const stops = [25, 50, 75, 100, 125, 150, 200, 300, 400];

/** The next usual zoom in a direction. */
export function nextStop(percent: number, way: 1 | -1): number {
  const sorted = way === 1 ? stops : [...stops].reverse();
  return sorted.find((s) => (s - percent) * way > 0.5) ?? percent;
}
