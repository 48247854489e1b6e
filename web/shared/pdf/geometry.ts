/**
 * Places on pages. The API speaks in points from the lower left corner of the unrotated crop box; the screen in
 * CSS pixels from the upper left corner of the page as it is shown, turned clockwise by its /Rotate.
 */

/** What the API tells about a page: width and height as shown, so turned pages have them swapped already. */
export interface PageSize {
  width: number;
  height: number;
  rotate: number;
  crop?: number[] | null;
}

/** A place in points, y upwards from the bottom of the unrotated page. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A place in CSS pixels from the upper left corner of the page. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The page's turn, clockwise, as one of four. */
export function quarter(page: PageSize): 0 | 90 | 180 | 270 {
  const turn = ((Math.round(page.rotate / 90) * 90) % 360) + 360;
  return (turn % 360) as 0 | 90 | 180 | 270;
}

/** The size of the page before it is turned, in points. */
export function unrotated(page: PageSize): { width: number; height: number } {
  return quarter(page) % 180 === 0
    ? { width: page.width, height: page.height }
    : { width: page.height, height: page.width };
}

/** Where a place in points stands on the screen. */
export function toView(page: PageSize, r: Rect, scale: number): View {
  const { width: w, height: h } = unrotated(page);
  switch (quarter(page)) {
    case 90:
      return scaled(r.y, r.x, r.height, r.width, scale);
    case 180:
      return scaled(w - r.x - r.width, r.y, r.width, r.height, scale);
    case 270:
      return scaled(h - r.y - r.height, w - r.x - r.width, r.height, r.width, scale);
    default:
      return scaled(r.x, h - r.y - r.height, r.width, r.height, scale);
  }
}

/** The place in points of something on the screen: the inverse of toView. */
export function fromView(page: PageSize, v: View, scale: number): Rect {
  const { width: w, height: h } = unrotated(page);
  const left = v.left / scale;
  const top = v.top / scale;
  const wide = v.width / scale;
  const high = v.height / scale;
  switch (quarter(page)) {
    case 90:
      return { x: top, y: left, width: high, height: wide };
    case 180:
      return { x: w - left - wide, y: top, width: wide, height: high };
    case 270:
      return { x: w - top - high, y: h - left - wide, width: high, height: wide };
    default:
      return { x: left, y: h - top - high, width: wide, height: high };
  }
}

/** A step on the screen (right, down; CSS pixels) as a step in points (x, y upwards). */
export function stepFromView(page: PageSize, right: number, down: number, scale: number): [number, number] {
  const a = fromView(page, { left: 0, top: 0, width: 0, height: 0 }, scale);
  const b = fromView(page, { left: right, top: down, width: 0, height: 0 }, scale);
  return [b.x - a.x, b.y - a.y];
}

/** The scale at which the page is this many CSS pixels wide. */
export function fitWidth(page: PageSize, px: number): number {
  return px / page.width;
}

/** The scale at which all pages fit a width: that of the widest. */
export function fitAll(pages: readonly PageSize[], px: number): number {
  const widest = Math.max(1, ...pages.map((p) => p.width));
  return px / widest;
}

/** The piece of page worth showing around a place: some margin, never less than a readable strip, within the page. */
export function surroundings(page: PageSize, r: Rect): Rect {
  const v = toView(page, r, 1);
  const width = Math.min(page.width, Math.max(v.width + 112, 320));
  const height = Math.min(page.height, Math.max(v.height + 64, 100));
  const left = within(v.left + v.width / 2 - width / 2, 0, page.width - width);
  // More above than below: what a field is for stands before it.
  const top = within(v.top - (height - v.height) * 0.6, 0, page.height - height);
  return fromView(page, { left, top, width, height }, 1);
}

function within(v: number, min: number, max: number): number {
  return Math.min(Math.max(v, min), max);
}

function scaled(left: number, top: number, width: number, height: number, scale: number): View {
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}
