import { describe, expect, it } from 'vitest';
import { field } from './testing';
import type { Value } from './types';
import { count, filled, firstLetters, kindsOf, nextField, readValue, startValue } from './values';

const all = [
  field('a'),
  field('b', { required: false }),
  field('c'),
  field('d', { server_only: true }),
  field('e', { mine: false }),
];

const holding = (v: { [id: string]: Value }) => (id: string) => v[id] ?? null;

describe('progress', () => {
  it('counts what the recipient fills in, and only that', () => {
    const c = count(all, holding({ a: 'x', d: 'y', e: 'z' }));
    expect(c.total).toBe(3);
    expect(c.filled).toBe(1);
    expect(c.missing.map((f) => f.id)).toEqual(['c']);
  });

  it('goes to each open field once, and to required ones until they are filled', () => {
    const none = new Set<string>();
    expect(nextField(all, holding({}), none)?.id).toBe('a');
    expect(nextField(all, holding({}), new Set(['a']), 'a')?.id).toBe('b');
    expect(nextField(all, holding({ c: 'x' }), new Set(['a', 'b', 'c']), 'c')?.id).toBe('a');
    expect(nextField(all, holding({ a: 'x' }), new Set(['a', 'b', 'c']), 'c')?.id).toBe('c');
    expect(nextField(all, holding({ a: 'x', c: 'y' }), new Set(['b']))).toBeUndefined();
  });

  it('has nothing to go to where there is nothing to fill in', () => {
    expect(nextField([], holding({}), new Set())).toBeUndefined();
    expect(count([], holding({}))).toEqual({ total: 0, filled: 0, missing: [] });
  });

  it('does not count what the server refused', () => {
    const two = [field('a'), field('b')];
    const c = count(two, holding({ a: 'x', b: 'far too long' }), new Set(['b']));
    expect(c).toEqual({ total: 2, filled: 1, missing: [] });
  });
});

describe('values', () => {
  it('knows an unticked box and blank text from an answer', () => {
    expect([filled(false), filled('  '), filled(null)]).toEqual([false, false, false]);
    expect([filled(true), filled('x'), filled({ kind: 'typed', text: 'A' })]).toEqual([true, true, true]);
  });

  it('begins with what was saved, else with what the sender set', () => {
    expect(startValue(field('a', { value: 'saved' }))).toBe('saved');
    expect(startValue(field('a', { type: 'checkbox', config: { checked: true } }))).toBe(true);
    expect(startValue(field('a', { type: 'checkbox', config: { checked: true }, value: false }))).toBe(false);
    expect(startValue(field('a'))).toBeNull();
  });

  it('reads marks and passes over what it does not know', () => {
    expect(readValue({ kind: 'drawn', strokes: [[[1, 2]]] })).toEqual({ kind: 'drawn', strokes: [[[1, 2]]] });
    expect(readValue(12)).toBeNull();
    expect(readValue(undefined)).toBeNull();
  });

  it('offers the ways to sign that the sender left', () => {
    expect(kindsOf(field('a'))).toEqual(['typed', 'drawn', 'image']);
    expect(kindsOf(field('a', { config: { kinds: ['drawn'] } }))).toEqual(['drawn']);
  });

  it('takes the first letter of each word in every script', () => {
    expect(firstLetters('Anna  Kovács')).toBe('AK');
    expect(firstLetters('Ольга Петрова')).toBe('ОП');
    expect(firstLetters('𠮷野 太郎')).toBe('𠮷太');
    expect(firstLetters('محمد العلي')).toBe('م ا');
    expect(firstLetters('')).toBe('');
  });
});
