import { Problem } from '@shared/api/problem';
import { describe, expect, it } from 'vitest';
import { Submission, type SubmitState } from './submit';
import { view } from './testing';
import type { Preview, Receipt, View } from './types';

const preview: Preview = {
  entries: 'e',
  documents: [{ document: 'd1', reviewed: 'aa', digest: 'bb', pages: [1] }],
};
const receipt: Receipt = { act: 'x', done_at: '2026-11-22T10:00:00Z', completed: true, documents: [] };
const lost = new Problem({ status: 0, code: 'offline' });

/** An act against a server that answers one thing after another. */
async function act(signs: (Receipt | Problem)[], reads: (View | Problem)[] = []) {
  const keys: string[] = [];
  const seen: string[] = [];
  const next = <T>(list: (T | Problem)[]): T => {
    const one = list.shift() ?? lost;
    if (one instanceof Problem) throw one;
    return one as T;
  };
  const calls = {
    sign: async (key: string, p: Preview) => {
      keys.push(`${key} ${p.documents[0]?.reviewed}`);
      return next(signs);
    },
    read: async () => next(reads),
    wait: async () => {},
  };
  const end = await new Submission(calls, 'k', preview, (s: SubmitState) => seen.push(s.step)).run();
  return { end, keys, seen };
}

const open = view();
const done = view({ recipient_state: 'done' });

describe('the act', () => {
  it('is done when the server says so', async () => {
    const { end, keys, seen } = await act([receipt]);
    expect(end).toEqual({ step: 'done', receipt });
    expect(keys).toEqual(['k aa']);
    expect(seen).toEqual(['sending', 'done']);
  });

  it('is done once when only the answer was lost', async () => {
    const { end, keys, seen } = await act([lost], [done]);
    expect(end.step).toBe('done');
    expect(keys.length).toBe(1);
    expect(seen).toEqual(['sending', 'unsure', 'done']);
  });

  it('is sent again under the same key when it never arrived', async () => {
    const { end, keys } = await act([lost, lost, receipt], [lost, open]);
    expect(end.step).toBe('done');
    expect(keys).toEqual(['k aa', 'k aa', 'k aa']);
  });

  it('says in the end that it does not know', async () => {
    const { end, keys } = await act([]);
    expect(end).toEqual({ step: 'failed', problem: lost });
    expect(keys.length).toBe(6);
  });

  it('is not repeated after a clear refusal', async () => {
    const required = new Problem({ status: 422, code: 'required' });
    const { end, keys } = await act([required]);
    expect(end).toEqual({ step: 'failed', problem: required });
    expect(keys.length).toBe(1);
  });

  it('is done when another window did it before', async () => {
    const { end } = await act([new Problem({ status: 409, code: 'already_signed' })], [done]);
    expect(end).toEqual({ step: 'done' });
  });

  it('fails when the envelope was withdrawn meanwhile', async () => {
    const voided = new Problem({ status: 410, code: 'voided' });
    const { end } = await act([voided], [voided]);
    expect(end).toEqual({ step: 'failed', problem: voided });
  });

  it('waits and goes on while others sign', async () => {
    const { end, keys } = await act([new Problem({ status: 409, code: 'busy' }), receipt], [open]);
    expect(end.step).toBe('done');
    expect(keys.length).toBe(2);
  });
});
