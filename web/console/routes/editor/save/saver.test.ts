import { expect, test } from 'vitest';
import type { Field } from '../model/types';
import { difference, looksLikeAddress, sameKeys } from './saver';

const ada = {
  id: 'r1',
  name: 'Ada',
  email: 'ada@example.org',
  role: 'signer' as const,
  order: 1,
  locale: '',
};

test('only what changed is sent', () => {
  expect(difference(ada, ada)).toEqual({});
  expect(difference(ada, { ...ada, name: 'Ada L.', order: 2 })).toEqual({ name: 'Ada L.', order: 2 });
  expect(difference(undefined, ada)).toEqual({
    name: 'Ada',
    role: 'signer',
    order: 1,
    email: 'ada@example.org',
  });
});

test('a half typed address waits; an emptied one is sent', () => {
  expect(difference(ada, { ...ada, email: 'ada@' })).toEqual({});
  expect(difference(ada, { ...ada, email: ' ' })).toEqual({ email: '' });
});

test('addresses', () => {
  for (const good of ['a@b', ' őry@példa.hu ', 'x.y+z@mail.example.org'])
    expect(looksLikeAddress(good)).toBe(true);
  for (const bad of ['', 'a', '@b', 'a@', 'a b@c', 'a@b@c']) expect(looksLikeAddress(bad)).toBe(false);
});

test('what the server tells of fields that are known changes nothing', () => {
  const field = (key: string, part: Partial<Field> = {}): Field => {
    const place = { document: 'd', page: 1, x: 1, y: 2, width: 3, height: 4 };
    return { key, ...place, type: 'text', recipient: 'new-1', required: true, config: {}, ...part };
  };
  const before = [field('a'), field('b', { x: 50 })];
  const told = [field('x', { x: 50, recipient: 'r1' }), field('y', { recipient: 'r1' })];
  const names = new Map([['r1', 'new-1']]);
  expect(sameKeys(before, told, names)).toBe(before);
  const moved = sameKeys(before, [told[0] as Field, field('z', { y: 9, recipient: 'r1' })], names);
  expect(moved.map((f) => f.key)).toEqual(['b', 'z']);
});
