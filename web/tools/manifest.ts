import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** One chunk of a build, as Vite's manifest tells it. */
export interface Chunk {
  file: string;
  src?: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

/** A build: its folder and its chunks by key. */
export interface Build {
  folder: string;
  chunks: Record<string, Chunk>;
}

export function readBuild(folder: string): Build {
  return { folder, chunks: JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) };
}

/** pdf.js counts for itself: it is fetched while people read. */
export const isPdfJs = (key: string): boolean => key.includes('pdfjs-dist');

/** Keys of chunks, and all that they import before they run. */
export function closure(build: Build, keys: string[], seen = new Set<string>()): Set<string> {
  for (const key of keys) {
    const chunk = build.chunks[key];
    if (!chunk || seen.has(key) || isPdfJs(key)) continue;
    seen.add(key);
    closure(build, chunk.imports ?? [], seen);
  }
  return seen;
}

/** The files, scripts and styles, of chunks. */
export function files(build: Build, keys: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const key of keys) {
    const chunk = build.chunks[key];
    if (!chunk) continue;
    all.add(chunk.file);
    for (const css of chunk.css ?? []) all.add(css);
  }
  return all;
}

/** How many bytes gzip -9 makes of files, one by one as they are sent. */
export function weight(build: Build, names: Iterable<string>): number {
  let sum = 0;
  for (const name of names) sum += gzipSync(readFileSync(`${build.folder}/${name}`), { level: 9 }).length;
  return sum;
}

/** What a page costs: bytes and requests, and what an earlier page has brought does not count. */
export function cost(
  build: Build,
  keys: string[],
  before = new Set<string>(),
): { bytes: number; requests: number; files: Set<string> } {
  const all = files(build, closure(build, keys));
  for (const name of before) all.delete(name);
  return { bytes: weight(build, all), requests: all.size, files: all };
}
