import { expect, test } from 'vitest';
import { copiesKept, isTheirTurn, nextOf, toHandOver, toldOfEnd } from './next';
import type { Document, Envelope, Recipient } from './queries';

const person = (name: string, state: Recipient['state'], more: Partial<Recipient> = {}): Recipient => ({
  id: name,
  name,
  email: `${name}@example.org`,
  method: 'click',
  order: 1,
  role: 'signer',
  state,
  ...more,
});

const envelope = (
  state: Envelope['state'],
  recipients: Recipient[],
  more: Partial<Envelope> = {},
): Envelope => ({
  id: 'e',
  state,
  title: 'Lease',
  locale: 'en',
  level: 'B-T',
  ordered: true,
  sender: { kind: 'user', id: 'u' },
  created_at: '2026-11-22T10:00:00Z',
  updated_at: '2026-11-22T10:00:00Z',
  version: 1,
  signers_done: 0,
  signers_total: recipients.length,
  message: '',
  documents: [],
  fields: [],
  recipients,
  ...more,
});

test('those whose turn it is come first, then the next in order', () => {
  const e = envelope('in_progress', [
    person('Anna', 'done'),
    person('Jonas', 'opened', { order: 2 }),
    person('Meera', 'waiting', { order: 3 }),
    person('Omar', 'waiting', { order: 4 }),
  ]);
  expect(nextOf(e)).toEqual([
    { key: 'next.waits_sign', params: { n: 1 }, people: ['Jonas'] },
    { key: 'next.then_people', params: { n: 1 }, people: ['Meera'] },
  ]);
});

test('after the last signer comes the seal', () => {
  const e = envelope('sent', [person('Anna', 'notified'), person('Jonas', 'notified')]);
  expect(nextOf(e)).toEqual([
    { key: 'next.waits_sign', params: { n: 2 }, people: ['Anna', 'Jonas'] },
    { key: 'next.then_sealed' },
  ]);
});

test('the reader is addressed', () => {
  const e = envelope('sent', [person('Anna', 'notified'), person('Jonas', 'waiting', { order: 2 })]);
  expect(nextOf(e, 'ANNA@example.org')[0]).toEqual({ key: 'next.you_sign' });
  expect(nextOf(e, 'jonas@example.org')[0]?.people).toEqual(['Anna']);
});

test('copies are not waited for; readers are', () => {
  const e = envelope('sent', [
    person('Anna', 'notified', { role: 'viewer' }),
    person('Copy', 'waiting', { role: 'copy' }),
  ]);
  expect(nextOf(e)[0]).toEqual({ key: 'next.waits_read', params: { n: 1 }, people: ['Anna'] });
  expect(nextOf(e)[1]).toEqual({ key: 'next.then_sealed' });
});

test('ends and waits are told apart', () => {
  const refused = envelope('declined', [person('Anna', 'declined'), person('Jonas', 'notified')]);
  expect(nextOf(refused)).toEqual([{ key: 'next.declined_by', people: ['Anna'] }]);
  const stalled = envelope('sealing', [], {
    documents: [{ stalled: 'timestamp_unavailable' } as Document],
  });
  expect(nextOf(stalled)).toEqual([{ key: 'next.stalled' }]);
  expect(nextOf(envelope('draft', [], { reason: 'does_not_fit' }))).toEqual([
    { key: 'prepare.does_not_fit' },
  ]);
  expect(nextOf(envelope('draft', [], { reason: 'other' }))).toEqual([{ key: 'prepare.failed' }]);
  expect(nextOf(envelope('delivered', []))).toEqual([{ key: 'next.delivered' }]);
});

test('only the open can be signed, and only who heard is told of an end', () => {
  const e = envelope('sent', [
    person('Anna', 'notified', { notified_at: '2026-11-22T10:00:00Z' }),
    person('Jonas', 'waiting'),
  ]);
  expect(e.recipients.map((r) => isTheirTurn(e, r))).toEqual([true, false]);
  expect(toldOfEnd(e).map((r) => r.name)).toEqual(['Anna']);
  expect(isTheirTurn({ ...e, state: 'voided' }, e.recipients[0] as Recipient)).toBe(false);
});

test('copies that were not mailed wait to be handed over, whoever signed', () => {
  const kept = (template: string): Recipient['delivery'] => ({
    message: 'm',
    state: 'kept',
    channel: 'email',
    template,
    at: '2026-11-22T10:00:00Z',
  });
  const people = [
    person('Anna', 'done', { delivery: kept('completed') }),
    person('Jonas', 'done', { delivery: { ...kept('completed'), state: 'sent' } as Recipient['delivery'] }),
    person('Copy', 'done', { role: 'copy', delivery: kept('completed') }),
    person('Meera', 'done', { delivery: kept('invite') }),
  ];
  expect(copiesKept(envelope('delivered', people)).map((r) => r.name)).toEqual(['Anna', 'Copy']);
  expect(copiesKept(envelope('in_progress', people))).toEqual([]);
  const open = envelope('sent', [person('Anna', 'notified', { delivery: kept('invite') })]);
  expect(toHandOver(open).map((r) => r.name)).toEqual(['Anna']);
  expect(nextOf(open)[1]?.key).toBe('next.then_sealed_kept');
});

test('nobody is said to be told of a refusal that was mailed to nobody', () => {
  const delivery = (state: 'sent' | 'kept'): Recipient['delivery'] => ({
    message: 'm',
    state,
    channel: 'email',
    template: 'declined',
    at: '2026-11-22T10:00:00Z',
  });
  const refused = (state: 'sent' | 'kept') =>
    envelope('declined', [
      person('Anna', 'declined'),
      person('Jonas', 'notified', { delivery: delivery(state) }),
    ]);
  expect(nextOf(refused('kept'))[0]?.key).toBe('next.declined_kept');
  expect(nextOf(refused('sent'))[0]?.key).toBe('next.declined_by');
});
