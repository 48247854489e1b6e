import { expect, test } from 'vitest';
import type { Party } from '../model/state';
import { inOrder, isTogether, joined, shifted } from './order';

const who = (id: string, order: number): Party => ({
  id,
  order,
  name: id,
  email: '',
  role: 'signer',
  locale: '',
});
const told = (list: readonly Party[]) => list.map((p) => `${p.id}${p.order}`).join(' ');

test('people stand by their turn', () => {
  expect(told(inOrder([who('b', 2), who('a', 1), who('c', 2)]))).toBe('a1 b2 c2');
});

test('joining gives two the same turn, and parting renumbers those behind', () => {
  const list = [who('a', 1), who('b', 2), who('c', 3)];
  const pair = joined(list, 1, true);
  expect(told(pair)).toBe('a1 b1 c2');
  expect(isTogether(pair, 1)).toBe(true);
  expect(told(joined(pair, 1, false))).toBe('a1 b2 c3');
});

test('moving somebody renumbers everybody; who moves acts alone', () => {
  const list = [who('a', 1), who('b', 2), who('c', 2), who('d', 3)];
  expect(told(shifted(list, 3, 0))).toBe('d1 a2 b3 c3');
  expect(told(shifted(list, 0, 9))).toBe('a1 b2 c2 d3');
});
