/** One page on the screen: a box of the right size from the beginning, filled and emptied as the reader moves. */
import type { PDFPageProxy, RenderTask } from 'pdfjs-dist';
import { engine, type OpenPdf } from './engine';
import type { PageSize } from './geometry';

/** What a page that cannot be drawn offers instead, in the caller's words. */
export interface Trouble {
  text: string;
  link: string;
  href: string;
}

export class Shell {
  readonly number: number;
  readonly size: PageSize;
  readonly element = document.createElement('section');
  readonly overlay = document.createElement('div');
  failed = false;
  /** Characters of its text, once known. */
  chars: number | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #text: HTMLElement | undefined;
  #interleave: typeof import('./interleave').interleave | undefined;
  #trouble: HTMLElement | undefined;
  /** Device pixels per point of the picture. */
  #drawn = 0;
  /** Fields may come after the text, and change. */
  #fields = new MutationObserver(() => this.#claim());

  constructor(number: number, size: PageSize, label: string) {
    this.number = number;
    this.size = size;
    this.element.className = 'pdf-page';
    this.element.setAttribute('aria-label', label);
    this.element.dataset.page = String(number);
    this.overlay.className = 'pdf-overlay';
    this.element.append(this.overlay);
  }

  resize(scale: number): void {
    this.element.style.width = `${this.size.width * scale}px`;
    this.element.style.height = `${this.size.height * scale}px`;
  }

  get drawn(): boolean {
    return this.#canvas !== undefined;
  }

  /** Whether the picture is as sharp as wanted and the text is there, so that nothing is left to do. */
  fresh(perPoint: number, text: boolean): boolean {
    const sharp = Math.abs(this.#drawn - perPoint) < perPoint * 0.01;
    return this.failed || (sharp && (!text || this.#text !== undefined));
  }

  /** Draws the picture at so many device pixels per point, then the text. */
  async fill(pdf: OpenPdf, perPoint: number, text: boolean, signal: AbortSignal): Promise<void> {
    this.element.setAttribute('aria-busy', 'true');
    try {
      const page = await pdf.page(this.number);
      signal.throwIfAborted();
      if (Math.abs(this.#drawn - perPoint) >= perPoint * 0.01) await this.#paint(pdf, page, perPoint, signal);
      if (text && !this.#text) await this.#write(page, signal);
    } finally {
      this.element.removeAttribute('aria-busy');
    }
  }

  async #paint(pdf: OpenPdf, page: PDFPageProxy, perPoint: number, signal: AbortSignal): Promise<void> {
    const canvas = await paint(pdf, page, this.size.width * perPoint, signal);
    canvas.className = 'pdf-canvas';
    canvas.setAttribute('aria-hidden', 'true');
    this.element.prepend(canvas);
    this.#release();
    this.#canvas = canvas;
    this.#drawn = perPoint;
  }

  async #write(page: PDFPageProxy, signal: AbortSignal): Promise<void> {
    // The page's picture does not wait for what makes it readable aloud.
    const [{ textOf }, { interleave, settleValues }] = await Promise.all([
      import('./text'),
      import('./interleave'),
    ]);
    const { layer, chars } = await textOf(page, this.size, signal);
    signal.throwIfAborted();
    this.#text?.remove();
    this.#text = layer;
    this.chars = chars;
    this.overlay.before(layer);
    settleValues(layer);
    this.#interleave = interleave;
    this.#claim();
    this.#fields.observe(this.overlay, { childList: true });
  }

  #claim(): void {
    if (this.#text) this.#interleave?.(this.#text, this.overlay);
  }

  /** Takes the picture and the text away; the box stays. */
  empty(): void {
    this.#release();
    this.#fields.disconnect();
    this.#text?.remove();
    this.#text = undefined;
    this.#drawn = 0;
  }

  #release(): void {
    if (!this.#canvas) return;
    this.#canvas.remove();
    // Some browsers keep the memory of a canvas until it is collected, unless it is made small.
    this.#canvas.width = 0;
    this.#canvas.height = 0;
    this.#canvas = undefined;
  }

  /** Says that the page cannot be shown, where the page would be. */
  fail(words: Trouble | undefined): void {
    this.failed = true;
    if (!words || this.#trouble) return;
    const p = document.createElement('p');
    p.className = 'pdf-trouble';
    const a = document.createElement('a');
    a.href = words.href;
    a.textContent = words.link;
    p.append(words.text, ' ', a);
    this.#trouble = p;
    this.overlay.before(p);
  }

  /** Forgets a failure, so that the page is tried again. */
  forgive(): void {
    this.failed = false;
    this.#trouble?.remove();
    this.#trouble = undefined;
  }
}

/** A picture of a page so many device pixels wide. */
export async function paint(
  pdf: OpenPdf,
  page: PDFPageProxy,
  width: number,
  signal: AbortSignal,
): Promise<HTMLCanvasElement> {
  const { pdfjs } = await engine();
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(viewport.width));
  canvas.height = Math.max(1, Math.round(viewport.height));
  const task = page.render({ canvas, viewport, annotationMode: pdfjs.AnnotationMode.ENABLE });
  await finished(task, pdf, signal);
  return canvas;
}

/** Waits for a drawing, calls it off when asked to, and does not wait for bytes that never come. */
export async function finished(task: RenderTask, pdf: OpenPdf, signal: AbortSignal): Promise<void> {
  const stop = () => task.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([task.promise, pdf.lost]);
  } catch (e) {
    task.cancel();
    throw e;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
