import { expect, test } from 'vitest';
import { signInSearch } from './search';

test('only a path of this server is followed', () => {
  expect(signInSearch({ next: '/envelopes/1?x=2' })).toEqual({ next: '/envelopes/1?x=2' });
  for (const next of [
    '//elsewhere.example',
    '/\\elsewhere.example',
    'https://elsewhere.example',
    7,
    undefined,
  ])
    expect(signInSearch({ next })).toEqual({});
});
