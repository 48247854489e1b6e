import { Problem, problemOf, type Schemas } from '@shared/api/client';
import { signInAgain } from '../../../session';

export type Progress = (sent: number) => void;

/** Larger files go in pieces, so that a lost connection costs a piece and not the file. */
const whole = 8 << 20;
const piece = 4 << 20;
const tries = 6;

/** Sends a file and gives the name of the upload. */
export function upload(file: File, progress: Progress, signal: AbortSignal): Promise<string> {
  return file.size > whole ? inPieces(file, progress, signal) : atOnce(file, progress, signal);
}

async function atOnce(file: File, progress: Progress, signal: AbortSignal): Promise<string> {
  const url = `/api/v1/uploads?name=${encodeURIComponent(file.name)}`;
  const answer = await again(
    () =>
      send({
        method: 'POST',
        url,
        body: file,
        headers: { 'Content-Type': 'application/pdf' },
        progress,
        signal,
      }),
    signal,
  );
  const view: Schemas['UploadView'] = JSON.parse(answer.responseText);
  return view.id;
}

async function inPieces(file: File, progress: Progress, signal: AbortSignal): Promise<string> {
  const begun = await again(
    () =>
      send({
        method: 'POST',
        url: '/api/v1/uploads/resumable',
        headers: {
          'Tus-Resumable': '1.0.0',
          'Upload-Length': String(file.size),
          'Upload-Metadata': `filename ${base64(file.name)}`,
        },
        signal,
      }),
    signal,
  );
  const location = new URL(begun.getResponseHeader('Location') ?? '', window.location.href).pathname;
  let offset = 0;
  while (offset < file.size) {
    offset = await onePiece(location, file, offset, progress, signal);
    progress(offset);
  }
  return location.slice(location.lastIndexOf('/') + 1);
}

/** Sends a piece; after a failure asks how far the server came and goes on from there. */
async function onePiece(url: string, file: File, from: number, progress: Progress, signal: AbortSignal) {
  let offset = from;
  let failed = false;
  return again(async () => {
    if (failed) offset = await arrived(url, signal);
    failed = true;
    const end = Math.min(offset + piece, file.size);
    const answer = await send({
      method: 'PATCH',
      url,
      body: file.slice(offset, end),
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': String(offset),
        'Content-Type': 'application/offset+octet-stream',
      },
      progress: (n) => progress(offset + n),
      signal,
    });
    return Number(answer.getResponseHeader('Upload-Offset') ?? end);
  }, signal);
}

async function arrived(url: string, signal: AbortSignal): Promise<number> {
  const answer = await send({ method: 'HEAD', url, headers: { 'Tus-Resumable': '1.0.0' }, signal });
  return Number(answer.getResponseHeader('Upload-Offset') ?? 0);
}

/** Tries again what may pass: a lost connection, a busy server. What the server refuses is final. */
export async function again<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((r) => setTimeout(r, ms)),
): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof Problem) || n >= tries) throw error;
      if (error.status === 401 && (await signInAgain())) continue;
      if (error.status !== 0 && error.status !== 429 && error.status < 500) throw error;
      await pause(error.retryAfter ? error.retryAfter * 1000 : Math.min(500 * 2 ** n, 8000));
    }
  }
}

interface Sending {
  method: string;
  url: string;
  headers: { [name: string]: string };
  body?: Blob;
  progress?: Progress;
  signal: AbortSignal;
}

/** XMLHttpRequest, because fetch does not tell how much of a body has left. */
function send(o: Sending): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    const stop = () => x.abort();
    x.open(o.method, o.url);
    for (const [name, value] of Object.entries(o.headers)) x.setRequestHeader(name, value);
    x.upload.onprogress = (e) => o.progress?.(e.loaded);
    x.onload = () => (x.status < 300 ? resolve(x) : void refuse(x).then(reject));
    x.onerror = () => reject(new Problem({ code: 'offline', status: 0 }));
    x.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    x.onloadend = () => o.signal.removeEventListener('abort', stop);
    o.signal.addEventListener('abort', stop);
    if (o.signal.aborted) return x.abort();
    x.send(o.body);
  });
}

function refuse(x: XMLHttpRequest): Promise<Problem> {
  const headers = new Headers();
  const after = x.getResponseHeader('Retry-After');
  if (after) headers.set('Retry-After', after);
  return problemOf(new Response(x.responseText || null, { status: x.status, headers }));
}

function base64(s: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(s)));
}
