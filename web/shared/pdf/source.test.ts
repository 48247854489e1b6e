import { afterEach, expect, it, vi } from 'vitest';
import { openSource, piece, Unreachable } from './source';

const file = (n: number) => Uint8Array.from({ length: n }, (_, i) => i % 251);

/** A server of one file, which notes what it is asked for. */
function serve(
  bytes: Uint8Array<ArrayBuffer>,
  before: (asked: number) => Response | undefined = () => undefined,
) {
  const asked: (string | null)[] = [];
  const answer = (_: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get('Range');
    asked.push(range);
    const early = before(asked.length);
    if (early?.type === 'error') return Promise.reject(new TypeError('network'));
    if (early) return Promise.resolve(early);
    const m = range?.match(/bytes=(\d+)-(\d+)/);
    if (!m) return Promise.resolve(new Response(bytes, { headers: { ETag: '"a"' } }));
    const part = bytes.slice(Number(m[1]), Number(m[2]) + 1);
    const headers = { ETag: '"a"', 'Content-Range': `bytes ${m[1]}-${m[2]}/${bytes.length}` };
    return Promise.resolve(new Response(part, { status: 206, headers }));
  };
  vi.stubGlobal('fetch', vi.fn(answer));
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('takes a small file in one request', async () => {
  const asked = serve(file(1000));
  const s = await openSource('/f', 1000);
  expect(asked).toEqual([null]);
  expect(s.whole?.length).toBe(1000);
});

it('asks for both ends of a large file at once and uses them once', async () => {
  const bytes = file(5 * piece + 10);
  const asked = serve(bytes);
  const s = await openSource('/f', bytes.length);
  expect(asked).toEqual([`bytes=${5 * piece}-${bytes.length - 1}`, `bytes=0-${piece - 1}`]);
  expect(await s.read(5 * piece, bytes.length)).toEqual(bytes.slice(5 * piece));
  expect(await s.read(0, 2 * piece)).toEqual(bytes.slice(0, 2 * piece));
  expect(asked.slice(2)).toEqual([`bytes=${piece}-${2 * piece - 1}`]);
});

it('fetches more at a time from a reader who walks through the file', async () => {
  const bytes = file(40 * piece);
  const asked = serve(bytes);
  const s = await openSource('/f', bytes.length);
  for (let at = piece; at < 39 * piece; at += piece) {
    const got = await s.read(at, at + piece);
    expect(got.length === piece && got.every((b, i) => b === bytes[at + i])).toBe(true);
  }
  expect(asked.length).toBeLessThan(20);
});

it('learns the length from the first answer', async () => {
  const bytes = file(3 * piece);
  serve(bytes);
  const s = await openSource('/f');
  expect(s.length).toBe(bytes.length);
  expect(s.whole).toBeUndefined();
});

it('tries again when the network was lost, and not when the server refuses', async () => {
  vi.useFakeTimers();
  const asked = serve(file(10), (n) => (n < 3 ? Response.error() : undefined));
  const opening = openSource('/f', 10);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await opening).length).toBe(10);
  expect(asked.length).toBe(3);
  serve(file(10), () => new Response('', { status: 401 }));
  await expect(openSource('/f', 10)).rejects.toEqual(new Unreachable(401));
});
