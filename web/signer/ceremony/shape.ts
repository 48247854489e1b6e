import type { Stroke } from './types';

/** How wide and how high points lie apart. */
export function extent(points: readonly (readonly [number, number])[]): [number, number] {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  return [spread(xs), spread(ys)];
}

function spread(all: readonly number[]): number {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const v of all) {
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  }
  return hi - lo;
}

/** Strokes moved and scaled evenly into a box, with a margin; y stays downwards. */
export function fitted(strokes: readonly Stroke[], width: number, height: number, margin = 4): Stroke[] {
  const points = strokes.flat();
  if (points.length === 0) return [];
  const [w, h] = extent(points);
  const x0 = Math.min(...points.map((p) => p[0]));
  const y0 = Math.min(...points.map((p) => p[1]));
  const scale = Math.min((width - 2 * margin) / (w || 1), (height - 2 * margin) / (h || 1));
  const dx = (width - w * scale) / 2;
  const dy = (height - h * scale) / 2;
  return strokes.map((s) => s.map(([x, y]) => [(x - x0) * scale + dx, (y - y0) * scale + dy]));
}

/** The strokes as the data of one SVG path. */
export function path(strokes: readonly Stroke[]): string {
  return strokes.map(onePath).join('');
}

function onePath(s: Stroke): string {
  const first = s[0];
  if (!first) return '';
  const rest = s.slice(1).map(([x, y]) => `L${x.toFixed(1)} ${y.toFixed(1)}`);
  return `M${first[0].toFixed(1)} ${first[1].toFixed(1)}${rest.join('') || 'h.1'}`;
}
