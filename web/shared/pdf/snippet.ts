/** The piece of page around a field, for the sheet of a phone: what is being asked, where it is asked. */
import type { PDFPageProxy } from 'pdfjs-dist';
import { engine, type OpenPdf } from './engine';
import { type PageSize, type Rect, surroundings, toView, type View } from './geometry';
import { drawing } from './queue';
import { finished } from './shell';

/** The reader waits for it, but the page that shows comes first. */
const soon = 0.5;

/** Draws the surroundings of a place (points) as a canvas so many CSS pixels wide. */
export function snippet(
  document: OpenPdf | Promise<OpenPdf>,
  page: number,
  rect: Rect,
  widthPx: number,
  signal?: AbortSignal,
): Promise<HTMLCanvasElement> {
  return new Promise((done, fail) => {
    const run = async (stop: AbortSignal) => {
      try {
        const pdf = await document;
        done(await draw(pdf, await pdf.page(page), rect, widthPx, stop));
      } catch (e) {
        fail(e);
      }
    };
    const cancel = drawing.add({ rank: () => soon, run });
    signal?.addEventListener('abort', () => {
      cancel();
      fail(signal.reason);
    });
  });
}

/** Where the place itself stands in its snippet, as fractions of it: for a frame around it. */
export function placeInSnippet(page: PageSize, rect: Rect): View {
  const around = toView(page, surroundings(page, rect), 1);
  const v = toView(page, rect, 1);
  return {
    left: (v.left - around.left) / around.width,
    top: (v.top - around.top) / around.height,
    width: v.width / around.width,
    height: v.height / around.height,
  };
}

async function draw(pdf: OpenPdf, page: PDFPageProxy, rect: Rect, widthPx: number, signal: AbortSignal) {
  const { pdfjs } = await engine();
  const whole = page.getViewport({ scale: 1 });
  const unit = page.userUnit || 1;
  const size: PageSize = { width: whole.width / unit, height: whole.height / unit, rotate: page.rotate };
  const around = toView(size, surroundings(size, rect), 1);
  const scale = (widthPx * Math.min(globalThis.devicePixelRatio || 1, 2)) / around.width;
  const viewport = page.getViewport({
    scale: scale / unit,
    offsetX: -around.left * scale,
    offsetY: -around.top * scale,
  });
  const canvas = globalThis.document.createElement('canvas');
  canvas.width = Math.round(around.width * scale);
  canvas.height = Math.round(around.height * scale);
  canvas.style.width = `${widthPx}px`;
  canvas.style.height = `${(widthPx * around.height) / around.width}px`;
  await finished(page.render({ canvas, viewport, annotationMode: pdfjs.AnnotationMode.ENABLE }), pdf, signal);
  return canvas;
}
