import { expect, test } from 'vitest';
import { homeSearch, newSearch } from './search';

test('known filters are read, others left out', () => {
  expect(homeSearch({ group: 'done', mine: 'true', text: 12, state: 'odd' })).toEqual({
    group: 'done',
    mine: true,
    text: '12',
  });
  expect(homeSearch({ group: 'elsewhere', state: 'draft' })).toEqual({ state: 'draft' });
});

test('ways to begin', () => {
  expect(newSearch({ sample: 1 })).toEqual({ sample: 1 });
  expect(newSearch({ self: '1', x: 2 })).toEqual({ self: 1 });
});
