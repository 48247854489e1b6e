import { describe, expect, it } from 'vitest';
import {
  fitAll,
  fitWidth,
  fromView,
  type PageSize,
  quarter,
  stepFromView,
  surroundings,
  toView,
} from './geometry';

const upright: PageSize = { width: 600, height: 800, rotate: 0 };
const turned = (rotate: number): PageSize =>
  rotate % 180 === 0 ? { ...upright, rotate } : { width: 800, height: 600, rotate };
const low = { x: 50, y: 100, width: 120, height: 40 };

describe('toView', () => {
  it.each([
    [0, { left: 50, top: 660, width: 120, height: 40 }],
    [90, { left: 100, top: 50, width: 40, height: 120 }],
    [180, { left: 430, top: 100, width: 120, height: 40 }],
    [270, { left: 660, top: 430, width: 40, height: 120 }],
  ])('respects /Rotate %i', (rotate, want) => {
    expect(toView(turned(rotate), low, 1)).toEqual(want);
  });

  it('scales', () => {
    expect(toView(upright, low, 2)).toEqual({ left: 100, top: 1320, width: 240, height: 80 });
  });

  it('keeps every place on the page', () => {
    for (const rotate of [0, 90, 180, 270]) {
      const page = turned(rotate);
      const v = toView(page, low, 1);
      expect(v.left).toBeGreaterThanOrEqual(0);
      expect(v.left + v.width).toBeLessThanOrEqual(page.width);
      expect(v.top + v.height).toBeLessThanOrEqual(page.height);
    }
  });
});

describe('fromView', () => {
  it.each([0, 90, 180, 270, 360, -90])('undoes toView at %i', (rotate) => {
    const page = turned(rotate);
    const back = fromView(page, toView(page, low, 1.37), 1.37);
    for (const k of ['x', 'y', 'width', 'height'] as const) expect(back[k]).toBeCloseTo(low[k], 9);
  });
});

it('names the turn of a page as one of four', () => {
  expect([-90, 450, 720].map((rotate) => quarter({ ...upright, rotate }))).toEqual([270, 90, 0]);
});

it('turns steps on the screen into steps on the page', () => {
  const near = (got: [number, number], want: [number, number]) => {
    expect(got[0]).toBeCloseTo(want[0]);
    expect(got[1]).toBeCloseTo(want[1]);
  };
  near(stepFromView(turned(0), 10, 0, 2), [5, 0]);
  near(stepFromView(turned(0), 0, 10, 2), [0, -5]);
  near(stepFromView(turned(90), 10, 0, 2), [0, 5]);
  near(stepFromView(turned(270), 10, 0, 2), [0, -5]);
});

it('fits widths', () => {
  expect(fitWidth(upright, 300)).toBe(0.5);
  expect(fitAll([upright, { width: 1200, height: 800, rotate: 0 }], 600)).toBe(0.5);
  expect(fitAll([], 600)).toBe(600);
});

describe('surroundings', () => {
  it.each([0, 90, 180, 270])('hold the place and stay on the page turned by %i', (rotate) => {
    const page = turned(rotate);
    for (const r of [low, { x: 0, y: 0, width: 20, height: 20 }, { x: 590, y: 790, width: 10, height: 10 }]) {
      const s = toView(page, surroundings(page, r), 1);
      const v = toView(page, r, 1);
      expect(s.left).toBeGreaterThanOrEqual(-1e-9);
      expect(s.top).toBeGreaterThanOrEqual(-1e-9);
      expect(s.left + s.width).toBeLessThanOrEqual(page.width + 1e-9);
      expect(s.top + s.height).toBeLessThanOrEqual(page.height + 1e-9);
      expect(s.left).toBeLessThanOrEqual(v.left + 1e-9);
      expect(s.top + s.height).toBeGreaterThanOrEqual(v.top + v.height - 1e-9);
    }
  });
});
