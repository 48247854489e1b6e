import { describe, expect, it } from 'vitest';
import { leafData, leafHash, nodeHash, proves, readCheckpoint, rootFrom, toHex } from './merkle';

type Bytes = Uint8Array<ArrayBuffer>;

const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));
const row = (n: number) => new Uint8Array(32).fill(n);

/** The tree of RFC 9162, section 2.1.1, and its paths, as the definition has them. */
async function tree(leaves: Bytes[]): Promise<Bytes> {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(await tree(leaves.slice(0, k)), await tree(leaves.slice(k)));
}

async function path(m: number, leaves: Bytes[]): Promise<Bytes[]> {
  if (leaves.length <= 1) return [];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k
    ? [...(await path(m, left)), await tree(right)]
    : [...(await path(m - k, right)), await tree(left)];
}

describe('rootFrom', () => {
  it('leads from every leaf of trees up to nine to their roots', async () => {
    for (let size = 1; size <= 9; size++) {
      const leaves = await Promise.all(Array.from({ length: size }, (_, i) => leafHash('audit', row(i))));
      const root = toHex(await tree(leaves));
      for (const [i, leaf] of leaves.entries()) {
        const got = await rootFrom(leaf, i, size, await path(i, leaves));
        expect(got && toHex(got)).toBe(root);
      }
    }
  });
  it('takes no proof of another length or place', async () => {
    const leaf = await leafHash('audit', row(1));
    expect(await rootFrom(leaf, 0, 2, [])).toBeUndefined();
    expect(await rootFrom(leaf, 0, 1, [row(2)])).toBeUndefined();
    expect(await rootFrom(leaf, 2, 2, [row(2)])).toBeUndefined();
  });
});

describe('proves', () => {
  const make = async () => {
    const leaves = await Promise.all([0, 1, 2, 3, 4].map((n) => leafHash('audit', row(n))));
    const checkpoint = `log\n5\n${base64(await tree(leaves))}\ntime 1\n\n— log abc\n`;
    return { index: 3, size: 5, hashes: (await path(3, leaves)).map(base64), checkpoint };
  };
  it('accepts the row and no other', async () => {
    const proof = await make();
    expect(await proves(base64(row(3)), proof)).toBe(true);
    expect(await proves(base64(row(2)), proof)).toBe(false);
    expect(await proves(base64(row(3)), { ...proof, index: 2 })).toBe(false);
    expect(await proves(base64(row(3)), { ...proof, checkpoint: 'log\nfive\n' })).toBe(false);
  });
});

describe('encoding', () => {
  it('is the log’s: typed, counted, big-endian', () => {
    const hex = toHex(leafData('audit', Uint8Array.of(7)));
    expect(hex).toBe(
      `04${'00000029'}00000003${'0200000010'}${toHex(new TextEncoder().encode('consigil/leaf/v1'))}${'0200000005'}6175646974${'0100000001'}07`,
    );
  });
  it('reads a checkpoint', () => {
    expect(readCheckpoint('o\n12\nabc=\ntime 1\n')).toEqual({ origin: 'o', size: 12, root: 'abc=' });
    expect(readCheckpoint('')).toBeUndefined();
  });
});
