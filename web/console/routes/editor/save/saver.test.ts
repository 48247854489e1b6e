import { expect, test } from 'vitest';
import { difference, looksLikeAddress } from './saver';

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
