import type { Box } from './types';

/** A line to which something was aligned, for the eye. */
export interface Guide {
  axis: 'x' | 'y';
  at: number;
}

export interface Snapped {
  dx: number;
  dy: number;
  guides: Guide[];
}

/** The lines of a page to which a moving box can snap, sorted. */
export interface Lines {
  x: readonly number[];
  y: readonly number[];
}

/** Page margins that snap: 20 mm, which letters have, and the middle of the page. */
const margin = (20 * 72) / 25.4;

/** Collects the edges and centres of the other boxes, the margins and the page's middle, once a drag. */
export function linesOf(page: { width: number; height: number }, others: readonly Box[]): Lines {
  const x = new Set([margin, page.width / 2, page.width - margin]);
  const y = new Set([margin, page.height / 2, page.height - margin]);
  for (const b of others) {
    for (const v of [b.left, b.left + b.width / 2, b.left + b.width]) x.add(v);
    for (const v of [b.top, b.top + b.height / 2, b.top + b.height]) y.add(v);
  }
  return { x: [...x].sort(ascending), y: [...y].sort(ascending) };
}

const ascending = (a: number, b: number) => a - b;

/** How much to add to a moved box so that an edge or its centre meets a line within reach. */
export function snapMove(box: Box, lines: Lines, reach: number): Snapped {
  const x = best([box.left, box.left + box.width / 2, box.left + box.width], lines.x, reach);
  const y = best([box.top, box.top + box.height / 2, box.top + box.height], lines.y, reach);
  return { dx: x?.by ?? 0, dy: y?.by ?? 0, guides: guidesOf(x?.at, y?.at) };
}

/** The same for one edge on each axis that a handle moves; undefined where the handle leaves the axis alone. */
export function snapEdges(
  edges: { x: number | undefined; y: number | undefined },
  lines: Lines,
  reach: number,
): Snapped {
  const x = edges.x === undefined ? undefined : best([edges.x], lines.x, reach);
  const y = edges.y === undefined ? undefined : best([edges.y], lines.y, reach);
  return { dx: x?.by ?? 0, dy: y?.by ?? 0, guides: guidesOf(x?.at, y?.at) };
}

function guidesOf(x: number | undefined, y: number | undefined): Guide[] {
  const guides: Guide[] = [];
  if (x !== undefined) guides.push({ axis: 'x', at: x });
  if (y !== undefined) guides.push({ axis: 'y', at: y });
  return guides;
}

function best(
  points: readonly number[],
  lines: readonly number[],
  reach: number,
): { by: number; at: number } | undefined {
  let found: { by: number; at: number } | undefined;
  for (const p of points) {
    const at = nearest(lines, p);
    if (at === undefined || Math.abs(at - p) > reach) continue;
    if (!found || Math.abs(at - p) < Math.abs(found.by)) found = { by: at - p, at };
  }
  return found;
}

/** The member of a sorted list nearest to a number, by halving. */
export function nearest(sorted: readonly number[], n: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((sorted[mid] ?? 0) < n) low = mid + 1;
    else high = mid;
  }
  const below = sorted[low - 1];
  const above = sorted[low];
  if (below === undefined) return above;
  if (above === undefined) return below;
  return n - below <= above - n ? below : above;
}
