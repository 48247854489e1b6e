import type { Stroke } from './types';

/** Why a drawing is not taken for a signature. */
export type StrokeFault = 'nothing' | 'dot' | 'line' | 'too_much';

/** What the server takes at most. */
const maxStrokes = 1000;
const maxPoints = 20_000;

/** Judges a drawing by its shape, whatever its size: a slip of the finger is a dot or a straight line. */
export function judge(strokes: readonly Stroke[]): StrokeFault | undefined {
  const points = strokes.flat();
  if (points.length === 0) return 'nothing';
  if (strokes.length > maxStrokes || points.length > maxPoints) return 'too_much';
  const [w, h] = extent(points);
  if (Math.max(w, h) < 12) return 'dot';
  return strokes.length === 1 && straight(points) ? 'line' : undefined;
}

function extent(points: readonly (readonly [number, number])[]): [number, number] {
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

/** Whether a stroke's way is hardly longer than the straight way between its ends. */
function straight(points: readonly (readonly [number, number])[]): boolean {
  let way = 0;
  for (let i = 1; i < points.length; i++) way += distance(points[i - 1], points[i]);
  const direct = distance(points[0], points.at(-1));
  return way > 0 && direct / way > 0.985;
}

type Point = readonly [number, number] | undefined;

function distance(a: Point, b: Point): number {
  return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
}

/** Points as they are sent: whole tenths, no two the same in a row, thinned out where there are too many. */
export function tidy(strokes: readonly Stroke[]): Stroke[] {
  const total = strokes.reduce((n, s) => n + s.length, 0);
  const step = Math.max(1, Math.ceil(total / (maxPoints - 2 * strokes.length)));
  return strokes.map((s) => thin(s, step)).filter((s) => s.length > 0);
}

function thin(s: Stroke, step: number): Stroke {
  const out: Stroke = [];
  s.forEach(([x, y], i) => {
    const p: [number, number] = [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
    const last = out.at(-1);
    const kept = i % step === 0 || i === s.length - 1;
    if (kept && !(last && last[0] === p[0] && last[1] === p[1])) out.push(p);
  });
  return out;
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
