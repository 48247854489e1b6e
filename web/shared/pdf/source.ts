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
  const pieces = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  const tail = length === undefined ? undefined : Math.floor((length - 1) / piece) * piece;
  if (tail !== undefined && length !== undefined) {
    const end = bytesOf(net.get(tail, length));
    // Whoever takes the piece hears of its failure; until then nobody does.
    end.catch(() => {});
    pieces.set(tail, end);
  }
  const head = await net.get(0, piece);
  const whole = head.bytes.length === head.total ? head.bytes : undefined;
  pieces.set(0, Promise.resolve(head.bytes));
  return { length: head.total, whole, read: (b, e) => taken(net, pieces, b, e), close: net.close };
}

async function bytesOf(a: Promise<Answer>): Promise<Uint8Array<ArrayBuffer>> {
  return (await a).bytes;
}

/** Uses a piece that was asked for in advance, once; everything else goes over the network. */
async function taken(
  net: Net,
  pieces: Map<number, Promise<Uint8Array<ArrayBuffer>>>,
  begin: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const ready = pieces.get(begin);
  pieces.delete(begin);
  if (!ready) return bytesOf(net.get(begin, end));
  const first = await ready;
  if (first.length >= end - begin) return first.slice(0, end - begin);
  const rest = await bytesOf(net.get(begin + first.length, end));
  const out = new Uint8Array(end - begin);
  out.set(first);
  out.set(rest, first.length);
  return out;
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
