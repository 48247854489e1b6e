/** The arithmetic of a column of pages: where each begins, which are near the eyes, what a zoom must keep. */

/** Pixels between two pages. */
export const gap = 16;

/** Where every page begins, and, as the last number, where the column ends. */
export function tops(heights: readonly number[]): number[] {
  const out = [0];
  let y = 0;
  for (const h of heights) {
    y += h + gap;
    out.push(y);
  }
  return out;
}

/** The index of the page at a height of the column: the one whose gap is below belongs to it. */
export function pageAt(starts: readonly number[], y: number): number {
  let low = 0;
  let high = Math.max(0, starts.length - 2);
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if ((starts[mid] ?? 0) <= y) low = mid;
    else high = mid - 1;
  }
  return low;
}

/** Indexes of pages, both ends included. */
export interface Span {
  first: number;
  last: number;
}

/** Nothing at all. */
export const nowhere: Span = { first: 0, last: -1 };

/** The pages that show in the view from `top` to `bottom`, both in pixels of the column. */
export function visible(starts: readonly number[], top: number, bottom: number): Span {
  const end = starts[starts.length - 1] ?? 0;
  if (starts.length < 2 || bottom <= 0 || top >= end) return nowhere;
  return { first: pageAt(starts, top), last: pageAt(starts, Math.max(top, bottom - 1)) };
}

/** The pages kept alive: those that show and one on each side. */
export function near(shown: Span, pages: number): Span {
  if (shown.last < shown.first) return nowhere;
  return { first: Math.max(0, shown.first - 1), last: Math.min(pages - 1, shown.last + 1) };
}

export function holds(s: Span, index: number): boolean {
  return index >= s.first && index <= s.last;
}

/** How far a page is from the ones that show: the order of drawing. */
export function distance(shown: Span, index: number): number {
  if (index < shown.first) return shown.first - index;
  if (index > shown.last) return index - shown.last;
  return 0;
}

/** Most device pixels of one canvas: beyond this phones give up. */
export const maxPixels = 16_000_000;

/** Device pixels for a CSS pixel: as sharp as the screen, at most twice, more when pinched, within the limit. */
export function sharpness(width: number, height: number, screen: number, pinch: number): number {
  const wanted = Math.min(screen, 2) * Math.max(1, pinch);
  const most = Math.sqrt(maxPixels / Math.max(1, width * height));
  return Math.min(wanted, most);
}
