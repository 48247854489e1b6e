/**
 * The bytes of a document, in pieces as they are needed. Small files come whole in one request; of larger ones
 * the beginning and the end, where a PDF keeps its table of contents, are asked for at once. A lost network is
 * waited for, because a reader in the middle of a contract should not have to start again.
 */

export const piece = 65536;
const small = 2 * piece;
const patience = [300, 1000, 3000, 8000];

/** What kept the bytes away: an HTTP status, or 0 when the network did. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  status: number;
  constructor(status: number) {
    super(`document not reachable (${status})`);
    this.status = status;
  }
}

export interface Source {
  length: number;
  /** The whole file, when it came at once. */
  whole: Uint8Array<ArrayBuffer> | undefined;
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

interface Answer {
  bytes: Uint8Array<ArrayBuffer>;
  total: number;
}

/** Opens a file by its address. The length, where known, saves a round trip. */
export async function openSource(url: string, length?: number): Promise<Source> {
  const net = new Net(url);
  if (length !== undefined && length <= small) {
    const { bytes } = await net.get();
    return { length: bytes.length, whole: bytes, read: async (b, e) => bytes.slice(b, e), close: net.close };
  }
  const pieces = new Pieces(net);
  if (length !== undefined) pieces.fetch(Math.floor((length - 1) / piece) * piece, length);
  const head = await net.get(0, piece);
  const whole = head.bytes.length === head.total ? head.bytes : undefined;
  pieces.keep(0, head.bytes);
  pieces.length = head.total;
  return { length: head.total, whole, read: (b, e) => pieces.read(b, e), close: net.close };
}

/** After so many requests a reader walks through the file; then more is fetched at a time. */
const patientReads = 4;
const stride = 4 * piece;

type Bytes = Uint8Array<ArrayBuffer>;

/** Pieces that are here or on their way. Each is handed out once: pdf.js keeps what it got. */
class Pieces {
  length = Number.POSITIVE_INFINITY;
  #net: Net;
  #ready = new Map<number, Promise<Bytes>>();
  #given = new Set<number>();
  #reads = 0;
  constructor(net: Net) {
    this.#net = net;
  }

  keep(begin: number, bytes: Bytes): void {
    this.#ready.set(begin, Promise.resolve(bytes));
  }

  /** Asks for a stretch, and has each of its pieces ready that was not given yet. */
  fetch(begin: number, end: number): void {
    const coming = this.#net.get(begin, end);
    for (let at = begin; at < end; at += piece) {
      if (this.#has(at)) continue;
      const part = coming.then(({ bytes }) => bytes.slice(at - begin, at - begin + piece));
      // Whoever takes the piece hears of its failure; until then nobody does.
      part.catch(() => {});
      this.#ready.set(at, part);
    }
  }

  async read(begin: number, end: number): Promise<Bytes> {
    const starts: number[] = [];
    for (let at = begin; at < end; at += piece) starts.push(at);
    const missing = starts.find((at) => !this.#ready.has(at));
    if (missing !== undefined) this.#more(missing, end);
    const parts = starts.map((at) => this.#take(at));
    const out = new Uint8Array(end - begin);
    let to = 0;
    for (const part of await Promise.all(parts)) {
      const fits = part.subarray(0, out.length - to);
      out.set(fits, to);
      to += fits.length;
    }
    return out;
  }

  #more(begin: number, end: number): void {
    this.#reads += 1;
    if (this.#reads <= patientReads) {
      this.fetch(begin, end);
      return;
    }
    let from = Math.floor(begin / stride) * stride;
    let to = Math.min(this.length, Math.ceil(end / stride) * stride);
    while (from < begin && this.#has(from)) from += piece;
    while (to - piece >= end && this.#has(Math.floor((to - 1) / piece) * piece)) to -= piece;
    this.fetch(from, to);
  }

  #has(at: number): boolean {
    return this.#given.has(at) || this.#ready.has(at);
  }

  #take(at: number): Promise<Bytes> {
    const part = this.#ready.get(at) ?? Promise.reject(new Unreachable(0));
    this.#ready.delete(at);
    this.#given.add(at);
    return part;
  }
}

class Net {
  #url: string;
  #tag: string | null = null;
  #stop = new AbortController();
  constructor(url: string) {
    this.#url = url;
  }

  close = (): void => this.#stop.abort();

  /** A range of the file, or all of it, tried again while the network is away. */
  async get(begin?: number, end?: number): Promise<Answer> {
    for (const wait of [...patience, undefined]) {
      try {
        return await this.#once(begin, end);
      } catch (e) {
        if (this.#stop.signal.aborted || wait === undefined || !passing(e)) throw e;
        await pause(wait, this.#stop.signal);
      }
    }
    throw new Unreachable(0);
  }

  async #once(begin?: number, end?: number): Promise<Answer> {
    const headers = new Headers();
    if (begin !== undefined && end !== undefined) headers.set('Range', `bytes=${begin}-${end - 1}`);
    // Pieces of two versions of a file must never be mixed.
    if (this.#tag) headers.set('If-Match', this.#tag);
    const signal = this.#stop.signal;
    const r = await fetch(this.#url, { headers, signal, credentials: 'same-origin' }).catch(() => {
      throw new Unreachable(0);
    });
    if (!r.ok) throw new Unreachable(r.status);
    this.#tag ??= r.headers.get('ETag');
    const bytes = new Uint8Array(
      await r.arrayBuffer().catch(() => {
        throw new Unreachable(0);
      }),
    );
    if (r.status === 206) return { bytes, total: totalOf(r.headers.get('Content-Range')) ?? bytes.length };
    return { bytes: bytes.slice(begin ?? 0, end ?? bytes.length), total: bytes.length };
  }
}

function totalOf(range: string | null): number | undefined {
  const total = Number(range?.split('/')[1]);
  return Number.isInteger(total) && total > 0 ? total : undefined;
}

/** Failures that may be over in a moment. */
function passing(e: unknown): boolean {
  return e instanceof Unreachable && (e.status === 0 || e.status === 429 || e.status >= 500);
}

/** Waits, less long when the network says that it is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      done();
    };
    const timer = setTimeout(end, ms);
    globalThis.addEventListener?.('online', end, { once: true });
    signal.addEventListener('abort', end, { once: true });
  });
}
