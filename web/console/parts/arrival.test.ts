import { expect, test } from 'vitest';
import { noteStep, takeArrival } from './arrival';

test('a step moves the focus once, a replaced address never', () => {
  noteStep('/', true);
  expect(takeArrival('/')).toBe(false);
  noteStep('/users', false);
  expect(takeArrival('/users')).toBe(true);
  expect(takeArrival('/users')).toBe(false);
  noteStep('/new', false);
  takeArrival('/new');
  noteStep('/envelopes/1/edit', true);
  expect(takeArrival('/envelopes/1/edit')).toBe(false);
});

test('a filter in the address is no step', () => {
  noteStep('/a', true);
  noteStep('/a', false);
  expect(takeArrival('/a')).toBe(false);
});
