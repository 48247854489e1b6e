/** Checks in the browser that a row stands under a signed checkpoint of the audit log (RFC 9162, section 2.1.3). */

type Bytes = Uint8Array<ArrayBuffer>;

const leafContext = 'consigil/leaf/v1';

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

export function toHex(b: Uint8Array): string {
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}

function joined(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

function uint32(n: number): Bytes {
  const b = new Uint8Array(4);
  new DataView(b.buffer).setUint32(0, n);
  return b;
}

async function sha256(b: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', b));
}

/** One item of the log's encoding: a type byte, the length, the body. */
function item(type: number, body: Uint8Array): Bytes {
  return joined(Uint8Array.of(type), uint32(body.length), body);
}

/** What the log hashes for a row: context, kind and the row's hash. */
export function leafData(kind: 'audit' | 'event', rowHash: Uint8Array): Bytes {
  const text = (s: string) => item(2, new TextEncoder().encode(s));
  return item(4, joined(uint32(3), text(leafContext), text(kind), item(1, rowHash)));
}

export async function leafHash(kind: 'audit' | 'event', rowHash: Uint8Array): Promise<Bytes> {
  return sha256(joined(Uint8Array.of(0), leafData(kind, rowHash)));
}

export async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(joined(Uint8Array.of(1), left, right));
}

/** Size and root that a checkpoint (C2SP tlog-checkpoint) states. */
export function readCheckpoint(note: string): { origin: string; size: number; root: string } | undefined {
  const [origin, size, root] = note.split('\n');
  if (!origin || !size || !root || !/^\d+$/.test(size)) return undefined;
  return { origin, size: Number(size), root };
}

/** The root that a proof leads to from a leaf; undefined where the proof does not fit index and size. */
export async function rootFrom(
  leaf: Bytes,
  index: number,
  size: number,
  path: Uint8Array[],
): Promise<Bytes | undefined> {
  if (index < 0 || index >= size) return undefined;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const p of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(p, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, p);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

interface Proof {
  index: number;
  size: number;
  hashes: string[] | null;
  checkpoint: string;
}

/** Whether a proof leads from an audit row's hash to the root that its checkpoint signs. */
export async function proves(rowHash: string, proof: Proof): Promise<boolean> {
  const checkpoint = readCheckpoint(proof.checkpoint);
  if (!checkpoint || checkpoint.size !== proof.size) return false;
  const leaf = await leafHash('audit', fromBase64(rowHash));
  const root = await rootFrom(leaf, proof.index, proof.size, (proof.hashes ?? []).map(fromBase64));
  return root !== undefined && toHex(root) === toHex(fromBase64(checkpoint.root));
}
