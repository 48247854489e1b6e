import { Problem } from '@shared/api/client';
import { addTexts } from '@shared/i18n';
import { expect, test } from 'vitest';
import { faults, problemText } from './problem';

addTexts({
  'problem.unexpected': 'Something unexpected happened.',
  'problem.offline': 'No connection.',
  'problem.too_many_attempts': { one: 'Wait {n} second.', other: 'Wait {n} seconds.' },
  'fault.required': 'Fill this in.',
  'fault.other': 'Not accepted.',
});

test('own words come first', () => {
  expect(problemText(new Problem({ code: 'offline', detail: 'fetch failed' }))).toBe('No connection.');
  expect(problemText(new Problem({ code: 'too_many_attempts', status: 429 }, 30))).toBe('Wait 30 seconds.');
});

test('else the server speaks, as a sentence', () => {
  expect(problemText(new Problem({ code: 'odd', detail: 'the list is full' }))).toBe('The list is full.');
  expect(problemText(new Error('internals'))).toBe('Something unexpected happened.');
});

test('members of a form are named by pointer', () => {
  const p = new Problem({
    code: 'invalid',
    status: 422,
    errors: [
      { pointer: '/name', code: 'required', detail: 'is missing' },
      { pointer: '/email', code: 'strange', detail: 'not an address' },
      { pointer: '/role', code: 'strange' },
    ],
  });
  expect(faults(p)).toEqual({
    '/name': 'Fill this in.',
    '/email': 'Not an address.',
    '/role': 'Not accepted.',
  });
});
