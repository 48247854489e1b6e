/**
 * pdf.js, fetched when it is wanted. Its worker is started by us from an address that a Trusted Types policy
 * lets through, so that the page's policy can forbid every other script.
 */
import type { PDFDocumentProxy, PDFPageProxy, PDFWorker } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { openSource, piece, type Source } from './source';

export { Unreachable } from './source';

export type Pdfjs = typeof import('pdfjs-dist');

interface Engine {
  pdfjs: Pdfjs;
  worker: PDFWorker;
}

/** Where pdf.js finds character maps, standard fonts and image decoders. */
const assets = '/assets/signer/pdfjs';

let starting: Promise<Engine> | undefined;

/** Fetches and starts pdf.js and its worker and what lays text over pages, and no document. */
export async function warm(): Promise<void> {
  await Promise.all([engine(), import('./text'), import('./interleave')]);
}

/** The running engine; a start that failed is forgotten, so that the next wish tries again. */
export function engine(): Promise<Engine> {
  starting ??= start().catch((e) => {
    starting = undefined;
    throw e;
  });
  return starting;
}

async function start(): Promise<Engine> {
  const [pdfjs, port] = await Promise.all([import('pdfjs-dist'), startWorker()]);
  return { pdfjs, worker: pdfjs.PDFWorker.create({ port, verbosity: pdfjs.VerbosityLevel.ERRORS }) };
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

interface Policy {
  createScriptURL(url: string): string;
}

let policy: Policy | undefined;

/** Lets the worker's own address through and nothing else. */
function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  policy ??= types.createPolicy('pdf-worker', {
    createScriptURL(asked) {
      if (asked !== workerUrl) throw new TypeError('not the worker of pdf.js');
      return asked;
    },
  });
  return policy.createScriptURL(url);
}

/** A worker that has said that it is ready. Its script may fail to load; then this fails, not the first page. */
function startWorker(): Promise<Worker> {
  return new Promise((done, fail) => {
    const worker = new Worker(trusted(workerUrl), { type: 'module' });
    const failed = () => {
      worker.terminate();
      fail(new Error('the worker of pdf.js did not start'));
    };
    worker.addEventListener('error', failed, { once: true });
    worker.addEventListener(
      'message',
      () => {
        worker.removeEventListener('error', failed);
        done(worker);
      },
      { once: true },
    );
  });
}

export interface OpenPdf {
  readonly pages: number;
  /** It has a structure tree: headings, lists, tables. */
  readonly tagged: boolean;
  /** Settles, by failing, when its bytes cannot be had any more. */
  readonly lost: Promise<never>;
  destroy(): void;
  /** For this folder: a page by number, from 1. */
  page(n: number): Promise<PDFPageProxy>;
}

export interface Wanted {
  url: string;
  /** Bytes of the file, where known. */
  length?: number;
  password?: never;
}

/** Opens a document. Its bytes are on their way while pdf.js still loads. */
export async function openDocument(o: Wanted): Promise<OpenPdf> {
  const opening = openSource(o.url, o.length);
  opening.catch(() => {});
  const { pdfjs, worker } = await engine();
  const source = await opening;
  const lost = loss();
  const task = pdfjs.getDocument({
    ...(source.whole ? { data: source.whole } : { range: ranged(pdfjs, source, lost.reject) }),
    worker,
    rangeChunkSize: piece,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    cMapUrl: `${assets}/cmaps/`,
    standardFontDataUrl: `${assets}/standard_fonts/`,
    wasmUrl: `${assets}/wasm/`,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  const close = () => {
    source.close();
    task.destroy().catch(() => {});
  };
  // A document with a password would wait for it for ever; ours have none.
  task.onPassword = () => lost.reject(new Error('the document asks for a password'));
  try {
    const pdf = await Promise.race([task.promise, lost.promise]);
    return await opened(pdf, lost.promise, close);
  } catch (e) {
    close();
    throw e;
  }
}

/** A promise that can only fail. */
function loss(): { promise: Promise<never>; reject: (e: unknown) => void } {
  let reject: (e: unknown) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  promise.catch(() => {});
  return { promise, reject };
}

async function opened(pdf: PDFDocumentProxy, lost: Promise<never>, destroy: () => void): Promise<OpenPdf> {
  const marks = await Promise.race([pdf.getMarkInfo(), lost]);
  return {
    pages: pdf.numPages,
    tagged: marks?.Marked === true,
    lost,
    destroy,
    page: (n) => Promise.race([pdf.getPage(n), lost]),
  };
}

/** Gives pdf.js our pieces. It knows no failure there, so failing goes round it. */
function ranged(pdfjs: Pdfjs, source: Source, failed: (e: unknown) => void) {
  class Ranges extends pdfjs.PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      source.read(begin, end).then((bytes) => this.onDataRange(begin, bytes), failed);
    }
    override abort(): void {
      source.close();
    }
  }
  return new Ranges(source.length, null);
}
