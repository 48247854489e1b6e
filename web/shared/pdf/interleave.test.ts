import { expect, it } from 'vitest';
import { anchor } from './interleave';

const line = (name: string, top: number, left = 50) => ({ name, top, bottom: top + 12, left });
const runs = [
  line('title', 10),
  line('first', 40),
  line('label', 80),
  line('right', 80, 400),
  line('last', 200),
];
const field = (top: number, left: number) => ({ top, bottom: top + 20, left });

it('reads a field after the words before it', () => {
  expect(anchor(runs, field(76, 120))?.name).toBe('label');
  expect(anchor(runs, field(76, 500))?.name).toBe('right');
  expect(anchor(runs, field(120, 50))?.name).toBe('right');
  expect(anchor(runs, field(400, 50))?.name).toBe('last');
});

it('reads a field above all words first', () => {
  expect(anchor(runs, field(-30, 50))).toBeUndefined();
  expect(anchor([], field(0, 0))).toBeUndefined();
});
