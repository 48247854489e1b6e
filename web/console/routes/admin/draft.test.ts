import { expect, test } from 'vitest';
import { changes, contested, type Edits, edit } from './draft';

interface Form {
  name: string;
  zone: string;
}
const saved: Form = { name: 'Acme', zone: 'UTC' };
const none: Edits<Form> = { base: saved, made: {} };

test('what was typed stays on top of a newer version, which is told of where both changed the same', () => {
  const edits = edit(none, saved, { name: 'Acme Ltd' });
  expect(changes(edits, saved)).toEqual(['name']);
  expect(contested(edits, saved)).toEqual([]);
  expect(contested(edits, { name: 'Acme', zone: 'Europe/Budapest' })).toEqual([]);
  expect(contested(edits, { name: 'Acme Inc', zone: 'UTC' })).toEqual(['name']);
});

test('the same change by two people is none any more', () => {
  const edits = edit(none, saved, { name: 'Acme Ltd' });
  expect(changes(edits, { name: 'Acme Ltd', zone: 'UTC' })).toEqual([]);
  expect(contested(edits, { name: 'Acme Ltd', zone: 'UTC' })).toEqual([]);
});

test('work begins at what is saved then, and goes on from there', () => {
  const newer: Form = { name: 'Acme Inc', zone: 'UTC' };
  const begun = edit(none, newer, { name: 'Acme Ltd' });
  expect(contested(begun, newer)).toEqual([]);
  const on = edit(begun, { name: 'Other', zone: 'UTC' }, { zone: 'Asia/Kolkata' });
  expect(contested(on, { name: 'Other', zone: 'UTC' })).toEqual(['name']);
});
