import { expect, test } from 'vitest';
import { align } from './align';
import { commandOf, stepOf } from './keys';
import { inLines } from './order';
import { linesOf, nearest, snapEdges, snapMove } from './snap';
import type { Box, Field } from './types';
import { read, show } from './units';

const box = (left: number, top: number, width = 100, height = 20): Box => ({ left, top, width, height });
const key = (name: string, mods: Partial<KeyboardEvent> = {}) => ({
  key: name,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...mods,
});

test('a box snaps with its nearest edge to the nearest line, and only within reach', () => {
  const lines = linesOf({ width: 600, height: 800 }, [box(200, 100)]);
  const snap = snapMove(box(203, 300), lines, 6);
  expect([snap.dx, snap.dy]).toEqual([-3, 0]);
  expect(snap.guides).toEqual([{ axis: 'x', at: 200 }]);
  expect(snapMove(box(216, 300), lines, 6).dx).toBe(0);
  expect(snapMove(box(248, 113), lines, 6)).toMatchObject({ dx: 2, dy: -3 });
});

test('margins and the middle of the page are lines too', () => {
  const lines = linesOf({ width: 600, height: 800 }, []);
  expect(snapMove(box(58, 388), lines, 6).guides.map((g) => g.axis)).toEqual(['x', 'y']);
  expect(snapEdges({ x: 297, y: undefined }, lines, 6)).toEqual({
    dx: 3,
    dy: 0,
    guides: [{ axis: 'x', at: 300 }],
  });
});

test('the nearest of a sorted list', () => {
  expect(nearest([], 5)).toBeUndefined();
  expect([
    nearest([1, 5, 9], -4),
    nearest([1, 5, 9], 6),
    nearest([1, 5, 9], 8),
    nearest([1, 5, 9], 90),
  ]).toEqual([1, 5, 9, 9]);
});

test('boxes line up with the box around them, and spread evenly', () => {
  const three = [box(0, 0), box(130, 40), box(400, 10)];
  expect(align(three, 'right').map((b) => b.left)).toEqual([400, 400, 400]);
  expect(align(three, 'middle').map((b) => b.top)).toEqual([20, 20, 20]);
  expect(align(three, 'across').map((b) => b.left)).toEqual([0, 200, 400]);
  expect(align(three, 'across').map((b) => b.top)).toEqual([0, 40, 10]);
  expect(align([box(0, 0, 50), box(9, 9, 70)], 'width').map((b) => b.width)).toEqual([50, 50]);
});

test('millimetres and points', () => {
  expect(show(72, 'mm')).toBe('25.4');
  expect(show(72, 'pt')).toBe('72');
  expect(read('25,4', 'mm')).toBeCloseTo(72);
  expect(read(' 10 ', 'pt')).toBe(10);
  for (const wrong of ['', 'x', '1e3', '1.2.3', '--1']) expect(read(wrong, 'mm')).toBeUndefined();
});

test('reading order goes by line, then along the line', () => {
  const at = (name: string, left: number, top: number) => ({
    field: { key: name } as Field,
    left,
    top,
    height: 20,
  });
  const order = inLines([at('c', 300, 96), at('d', 10, 140), at('a', 10, 100), at('b', 150, 104)]);
  expect(order.map((f) => f.key)).toEqual(['a', 'b', 'c', 'd']);
});

test('arrow keys: a point, ten with Shift, the size with Alt', () => {
  expect(stepOf(key('ArrowUp'))).toEqual({ dx: 0, dy: -1, resize: false });
  expect(stepOf(key('ArrowRight', { shiftKey: true }))).toEqual({ dx: 10, dy: 0, resize: false });
  expect(stepOf(key('ArrowDown', { altKey: true }))).toEqual({ dx: 0, dy: 1, resize: true });
  expect(stepOf(key('ArrowDown', { ctrlKey: true }))).toBeUndefined();
});

test('commands', () => {
  expect(commandOf(key('z', { ctrlKey: true }))).toBe('undo');
  expect(commandOf(key('Z', { metaKey: true, shiftKey: true }))).toBe('redo');
  expect(commandOf(key('d', { ctrlKey: true }))).toBe('duplicate');
  expect(commandOf(key('Delete'))).toBe('remove');
  expect(commandOf(key('d'))).toBeUndefined();
});
