import { describe, expect, it } from 'vitest';
import { distance, gap, holds, maxPixels, near, nowhere, pageAt, sharpness, tops, visible } from './layout';

const starts = tops(Array.from({ length: 300 }, () => 1000));
const step = 1000 + gap;

describe('a column of 300 pages', () => {
  it('knows where pages begin', () => {
    expect(starts.length).toBe(301);
    expect(starts[2]).toBe(2 * step);
  });

  it('finds the page at a height, the gap belonging to the page above', () => {
    expect(pageAt(starts, -50)).toBe(0);
    expect(pageAt(starts, 999 + gap)).toBe(0);
    expect(pageAt(starts, step)).toBe(1);
    expect(pageAt(starts, 1e9)).toBe(299);
  });

  it('keeps few pages alive wherever the reader is', () => {
    for (let top = 0; top < 300 * step; top += 137) {
      const shown = visible(starts, top, top + 800);
      const alive = near(shown, 300);
      expect(shown.last - shown.first).toBeLessThanOrEqual(1);
      expect(alive.last - alive.first).toBeLessThanOrEqual(3);
      expect(alive.first).toBeGreaterThanOrEqual(0);
      expect(alive.last).toBeLessThanOrEqual(299);
    }
  });

  it('keeps nothing alive when the column is out of sight', () => {
    expect(visible(starts, -900, -10)).toEqual(nowhere);
    expect(visible(starts, 300 * step + 1, 300 * step + 800)).toEqual(nowhere);
    expect(near(nowhere, 300)).toEqual(nowhere);
    expect(visible(tops([]), 0, 800)).toEqual(nowhere);
  });
});

it('draws what shows first', () => {
  const shown = { first: 4, last: 5 };
  expect([2, 4, 5, 7].map((i) => distance(shown, i))).toEqual([2, 0, 0, 2]);
  expect(holds(shown, 5)).toBe(true);
  expect(holds(nowhere, 0)).toBe(false);
});

it('is as sharp as the screen, within bounds', () => {
  expect(sharpness(600, 800, 1, 1)).toBe(1);
  expect(sharpness(600, 800, 3, 1)).toBe(2);
  expect(sharpness(390, 550, 3, 2)).toBe(4);
  const r = sharpness(4000, 6000, 2, 1);
  expect(4000 * 6000 * r * r).toBeLessThanOrEqual(maxPixels + 1);
});
