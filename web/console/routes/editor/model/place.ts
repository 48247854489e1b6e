import { fromView, type PageSize, toView } from '@shared/pdf/geometry';
import type { Box, Field, Rect } from './types';
import { round } from './units';

/** The smallest side of a field that the server takes, in points. */
export const minSide = 4;

/** Where a field lies for the eye, in points. */
export function boxOf(page: PageSize, rect: Rect): Box {
  return toView(page, rect, 1);
}

/** Where a box that the eye sees lies for the file. */
export function rectOf(page: PageSize, box: Box): Rect {
  const r = fromView(page, box, 1);
  return { x: round(r.x), y: round(r.y), width: round(r.width), height: round(r.height) };
}

/** Keeps a box on its page: first no larger than the page, then wholly on it. */
export function inside(page: PageSize, box: Box): Box {
  const width = clamp(box.width, minSide, page.width);
  const height = clamp(box.height, minSide, page.height);
  return {
    width,
    height,
    left: clamp(box.left, 0, page.width - width),
    top: clamp(box.top, 0, page.height - height),
  };
}

export function clamp(n: number, least: number, most: number): number {
  return Math.min(Math.max(n, least), Math.max(least, most));
}

/** The box around several. */
export function around(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((b) => b.left));
  const top = Math.min(...boxes.map((b) => b.top));
  const right = Math.max(...boxes.map((b) => b.left + b.width));
  const bottom = Math.max(...boxes.map((b) => b.top + b.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** How far several boxes may be moved together without any of them leaving the page. */
export function limit(page: PageSize, boxes: readonly Box[], dx: number, dy: number): [number, number] {
  const all = around(boxes);
  return [
    clamp(dx, -all.left, page.width - all.left - all.width),
    clamp(dy, -all.top, page.height - all.top - all.height),
  ];
}

export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, left: box.left + dx, top: box.top + dy };
}

/** A field in another place of its page. */
export function placed(field: Field, page: PageSize, box: Box): Field {
  return { ...field, ...rectOf(page, inside(page, box)) };
}

export function overlap(a: Box, b: Box, hair = 0.5): boolean {
  return (
    a.left + a.width - b.left > hair &&
    b.left + b.width - a.left > hair &&
    a.top + a.height - b.top > hair &&
    b.top + b.height - a.top > hair
  );
}
