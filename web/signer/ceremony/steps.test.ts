import { describe, expect, it } from 'vitest';
import { steps } from './steps';
import { doc, view } from './testing';

const line = (...args: Parameters<typeof steps>) => steps(...args).map((s) => `${s.name} ${s.state}`);
const sealed = (level: string) => ({ ...doc('d1'), sealed: true, state: 'sealed' as const, level });

describe('what follows the act', () => {
  it('waits for the others', () => {
    const v = view({ recipient_state: 'done', signers_done: 1, signers_total: 2 });
    expect(line(v)).toEqual(['signed done', 'everyone now', 'sealed later', 'stamped later', 'sent later']);
  });

  it('is being sealed', () => {
    const v = view({ recipient_state: 'done', state: 'sealing', signers_done: 1 });
    expect(line(v)).toEqual(['signed done', 'everyone done', 'sealed now', 'stamped later', 'sent later']);
  });

  it('is all done', () => {
    const v = view({
      recipient_state: 'done',
      state: 'delivered',
      signers_done: 1,
      documents: [sealed('PAdES-B-T')],
    });
    expect(line(v)).toEqual(['signed done', 'everyone done', 'sealed done', 'stamped done', 'sent done']);
  });

  it('promises no time-stamp where there is none', () => {
    const v = view({
      recipient_state: 'done',
      state: 'sealed',
      signers_done: 1,
      documents: [sealed('PAdES-B-B')],
    });
    expect(line(v)).toEqual(['signed done', 'everyone done', 'sealed done', 'sent now']);
  });

  it('does not say to somebody whose turn is to come that they signed', () => {
    expect(line(view({ signers_total: 2 }))[0]).toBe('signed later');
  });

  it('does not say to a reader that they signed', () => {
    expect(line(view({ role: 'viewer', signers_done: 0 }))[0]).toBe('everyone now');
  });
});
