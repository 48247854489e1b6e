/** Small pictures of pages, drawn when nothing more urgent is. */
import type { OpenPdf } from './engine';
import { drawing } from './queue';
import { paint } from './shell';

/** After every page that shows and its neighbours. */
const patient = 10;

/** Draws a page into a canvas of a rail, so many CSS pixels wide. */
export function thumbnail(
  canvas: HTMLCanvasElement,
  document: OpenPdf | Promise<OpenPdf>,
  page: number,
  width: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((done, fail) => {
    const run = async (stop: AbortSignal) => {
      try {
        done(await draw(canvas, await document, page, width, stop));
      } catch (e) {
        fail(e);
      }
    };
    const cancel = drawing.add({ rank: () => patient, run });
    signal?.addEventListener('abort', () => {
      cancel();
      fail(signal.reason);
    });
  });
}

async function draw(to: HTMLCanvasElement, pdf: OpenPdf, page: number, width: number, signal: AbortSignal) {
  const sharp = Math.min(globalThis.devicePixelRatio || 1, 2);
  const from = await paint(pdf, await pdf.page(page), width * sharp, signal);
  to.width = from.width;
  to.height = from.height;
  to.getContext('2d')?.drawImage(from, 0, 0);
  from.width = 0;
  from.height = 0;
}
