import { t } from '@shared/i18n';
import { type OpenPdf, openDocument } from '@shared/pdf/engine';
import { fitWidth } from '@shared/pdf/geometry';
import { PageStack } from '@shared/pdf/stack';
import { render } from 'preact';
import type { Calls } from './calls';
import { type Acts, controlId, PageFields } from './PageFields';
import type { Sitting } from './sitting';
import type { Doc, Field } from './types';

/** 100 % is the paper's own size on a screen of 96 dots an inch. */
const paper = 96 / 72;
const least = 0.25 * paper;
const most = 4 * paper;

let early: { url: string; opened: Promise<OpenPdf> } | undefined;

/** Opens the first document while the agreement is on its way: its first page is there sooner. */
export function openEarly(calls: Calls, doc: Doc): void {
  const url = calls.file(doc.id, doc.digest);
  early = { url, opened: openDocument({ url, length: doc.size }) };
  early.opened.catch(() => {}); // it is opened again, and then said
}

/** What was opened early serves once, and only if it was the same. */
function opening(url: string, length: number): Promise<OpenPdf> {
  const before = early;
  early = undefined;
  if (before?.url === url) return before.opened.catch(() => openDocument({ url, length }));
  before?.opened.then((d) => d.destroy()).catch(() => {});
  return openDocument({ url, length });
}

/** The pages of one document on the screen, with fields over them. */
export class Viewer {
  readonly opened: Promise<OpenPdf>;
  readonly stack: PageStack;
  page = 1;
  /** Pages keep filling the width until somebody zooms. */
  fitting = true;
  #doc: Doc;
  #scroller: HTMLElement;
  #observer: ResizeObserver;
  #change: () => void;
  #over = false;

  constructor(o: {
    s: Sitting;
    doc: Doc;
    host: HTMLElement;
    scroller: HTMLElement;
    acts: Acts;
    page?: number;
    onChange(): void;
    onScan(page: number): void;
    onDrawn(): void;
  }) {
    this.#doc = o.doc;
    this.#scroller = o.scroller;
    this.#change = o.onChange;
    this.opened = opening(o.s.calls.file(o.doc.id, o.doc.digest), o.doc.size);
    this.opened.then(
      () => {
        if (!this.#over) o.s.calls.viewed({ [o.doc.id]: o.doc.digest }).catch(() => {});
      },
      () => {}, // the page that shows says so
    );
    this.stack = new PageStack(o.host, {
      scroller: o.scroller,
      sizes: o.doc.pages.map((p) => ({ ...p, crop: p.crop ?? undefined })),
      document: this.opened,
      scale: this.#fit(),
      label: (n) => t('page.of', { page: n, pages: o.doc.pages.length }),
      textLayer: true,
      keepOverlays: true,
      trouble: { text: t('page.trouble'), link: t('open_pdf'), href: o.s.calls.file(o.doc.id, o.doc.digest) },
      onMount: (page, overlay) => {
        if (!o.s.fields.some((f) => f.document === o.doc.id && f.page === page)) return;
        overlay.classList.add('fields');
        render(<PageFields s={o.s} doc={o.doc} page={page} acts={o.acts} />, overlay);
      },
      onUnmount: (_, overlay) => render(null, overlay),
      onText: (page, chars) => chars === 0 && o.onScan(page),
      onDrawn: o.onDrawn,
      onCurrent: (page) => {
        this.page = page;
        o.onChange();
      },
    });
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(o.scroller);
    if (o.page && o.page > 1) this.stack.scrollTo(o.page);
  }

  get document(): string {
    return this.#doc.id;
  }

  get percent(): number {
    return Math.round((100 * this.stack.scale) / paper);
  }

  zoom(by: number): void {
    this.fitting = false;
    this.#scaleTo(this.stack.scale * by);
  }

  fit(): void {
    this.fitting = true;
    this.#scaleTo(this.#fit());
  }

  /** Brings a field onto the screen and, where wanted, the focus into it. */
  reveal(f: Field, focus: boolean): void {
    this.stack.scrollTo(f.page, { rect: f });
    if (focus) document.getElementById(controlId(f))?.focus({ preventScroll: true });
  }

  close(): void {
    this.#over = true;
    this.#observer.disconnect();
    this.stack.destroy();
    this.opened.then((d) => d.destroy()).catch(() => {});
  }

  /** Pages fill the new width, and who is typing still sees where. */
  #resized(): void {
    if (this.fitting) this.#scaleTo(this.#fit());
    const at = document.activeElement;
    if (at && at !== this.#scroller && this.#scroller.contains(at)) at.scrollIntoView({ block: 'nearest' });
  }

  #fit(): number {
    const widest = this.#doc.pages.reduce((a, b) => (b.width > a.width ? b : a), {
      width: 1,
      height: 1,
      rotate: 0,
      crop: null,
    });
    const style = getComputedStyle(this.#scroller);
    const inner =
      this.#scroller.clientWidth -
      Number.parseFloat(style.paddingLeft) -
      Number.parseFloat(style.paddingRight);
    return Math.min(1.2 * paper, fitWidth(widest, Math.max(120, inner)));
  }

  #scaleTo(scale: number): void {
    const next = Math.min(most, Math.max(least, scale));
    if (Math.abs(next - this.stack.scale) < 0.001) return;
    this.stack.setScale(next);
    this.#change();
  }
}
