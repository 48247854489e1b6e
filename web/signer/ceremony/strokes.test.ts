import { describe, expect, it } from 'vitest';
import { fitted, path } from './shape';
import { judge, tidy } from './strokes';
import type { Stroke } from './types';

const wave: Stroke = Array.from({ length: 50 }, (_, i) => [i * 5, 40 + 30 * Math.sin(i / 3)]);
const line: Stroke = Array.from({ length: 50 }, (_, i) => [i * 5, i * 0.3]);

describe('judging a drawing', () => {
  it('takes a signature', () => {
    expect(judge([wave])).toBeUndefined();
    expect(judge([line, wave])).toBeUndefined();
  });

  it('takes two crossed lines: some sign so', () => {
    expect(
      judge([
        [
          [0, 0],
          [60, 60],
        ],
        [
          [60, 0],
          [0, 60],
        ],
      ]),
    ).toBeUndefined();
  });

  it('knows nothing, a dot and a line', () => {
    expect(judge([])).toBe('nothing');
    expect(judge([[]])).toBe('nothing');
    expect(
      judge([
        [
          [3, 3],
          [5, 6],
        ],
      ]),
    ).toBe('dot');
    expect(judge([line])).toBe('line');
  });

  it('refuses what the server would', () => {
    expect(judge(Array.from({ length: 1001 }, () => wave))).toBe('too_much');
  });
});

describe('points', () => {
  it('are rounded and never the same twice in a row', () => {
    expect(
      tidy([
        [
          [1.04, 2],
          [1.01, 2.04],
          [9, 9],
        ],
      ]),
    ).toEqual([
      [
        [1, 2],
        [9, 9],
      ],
    ]);
  });

  it('are thinned out below what the server keeps, both ends of each stroke kept', () => {
    const long: Stroke = Array.from({ length: 50_000 }, (_, i) => [i, i % 7]);
    const out = tidy([long]);
    expect(out[0]?.length).toBeLessThanOrEqual(20_000);
    expect(out[0]?.at(-1)).toEqual([49_999, 49_999 % 7]);
  });

  it('fit a box without being stretched', () => {
    const out = fitted(
      [
        [
          [0, 0],
          [100, 0],
          [100, 10],
        ],
      ],
      60,
      60,
      5,
    ).flat();
    expect(Math.min(...out.map((p) => p[0]))).toBeCloseTo(5);
    expect(Math.max(...out.map((p) => p[0]))).toBeCloseTo(55);
    expect(Math.max(...out.map((p) => p[1])) - Math.min(...out.map((p) => p[1]))).toBeCloseTo(5);
  });

  it('become one path, a dot among them too', () => {
    expect(
      path([
        [
          [1, 2],
          [3, 4],
        ],
        [[5, 5]],
      ]),
    ).toBe('M1.0 2.0L3.0 4.0M5.0 5.0h.1');
  });
});
