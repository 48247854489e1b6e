import { extent } from './shape';
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
