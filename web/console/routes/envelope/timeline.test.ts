import texts from '@texts/en/envelope.json';
import { expect, test } from 'vitest';
import type { Envelope, Event } from './queries';
import { entriesOf } from './timeline';

const envelope = {
  recipients: [{ id: 'r1', name: 'Anna', email: 'anna@example.org' }],
  documents: [{ id: 'd1', name: 'lease.pdf' }],
} as Envelope;

const event = (
  seq: number,
  type: string,
  facts: object = {},
  actor = { kind: 'system' } as Event['actor'],
): Event => ({
  envelope: 'e',
  seq,
  index: seq,
  type,
  at: '2026-11-22T10:00:00Z',
  actor,
  facts,
  prev: '',
  hash: '',
});

const who = () => 'Dóra';

test('newest first, with the names that ids stand for', () => {
  const entries = entriesOf(
    [
      event(1, 'envelope.created'),
      event(2, 'document.sealed', { document: 'd1' }),
      event(3, 'link.revealed', { recipient: 'r1' }),
    ],
    envelope,
    who,
  );
  expect(entries.map((e) => e.seq)).toEqual([3, 2, 1]);
  expect(entries[0]?.params.to).toBe('Anna');
  expect(entries[1]?.params.document).toBe('lease.pdf');
  expect(entries[2]?.params.who).toBe('Dóra');
});

test('savings in a row are one line', () => {
  const anna = { kind: 'recipient', id: 'r1' };
  const entries = entriesOf(
    [1, 2, 3].map((n) => event(n, 'recipient.saved', { recipient: 'r1' }, anna)),
    envelope,
    who,
  );
  expect(entries.map((e) => e.seq)).toEqual([3]);
});

test('messages say to whom and what; unknown events stay readable', () => {
  const key = (type: string, facts: object) => entriesOf([event(1, type, facts)], envelope, who)[0]?.key;
  expect(key('message.kept', { recipient: 'r1', template: 'invite' })).toBe('event.message.kept.invite');
  expect(key('message.failed', { recipient: 'r1', template: 'voided' })).toBe('event.message.failed.other');
  expect(key('message.sent', { template: 'sender_completed' })).toBe('event.message.sent.sender');
  expect(key('brand.new', {})).toBe('event.other');
});

test('copies that nobody mailed are not called handed out', () => {
  const keys = (type: string) =>
    entriesOf(
      [event(1, type, { recipient: 'r1', template: 'completed' }), event(2, 'envelope.delivered')],
      envelope,
      who,
    ).map((e) => e.key);
  expect(keys('message.kept')[0]).toBe('event.envelope.delivered.kept');
  expect(keys('message.sent')[0]).toBe('event.envelope.delivered');
  expect(Object.keys(texts)).toContain('event.envelope.delivered.kept');
});

test('every line has its words', () => {
  const types = [
    'envelope.created',
    'envelope.updated',
    'envelope.preparing',
    'envelope.prepare_failed',
    'envelope.sent',
    'envelope.completed',
    'envelope.sealed',
    'envelope.delivered',
    'envelope.voided',
    'envelope.expired',
    'document.added',
    'document.removed',
    'document.prepared',
    'document.sealed',
    'document.stalled',
    'seal.started',
    'evidence.certificate',
    'link.revealed',
    'recipient.opened',
    'recipient.signed_in',
    'recipient.consented',
    'recipient.viewed',
    'recipient.saved',
    'recipient.signed',
    'recipient.declined',
    'handover.started',
    'handover.taken',
    'brand.new',
    'message.queued',
    'message.sent',
    'message.kept',
    'message.failed',
  ];
  for (const type of types) {
    for (const facts of [
      {},
      { recipient: 'r1', template: 'invite' },
      { recipient: 'r1', template: 'completed' },
      { recipient: 'r1', template: 'x' },
    ]) {
      const key = entriesOf([event(1, type, facts)], envelope, who)[0]?.key ?? '';
      expect(Object.keys(texts), key).toContain(key);
    }
  }
});
