import type { Schemas } from '@shared/api/client';
import { longPdf, textPdf } from './pdfs.ts';
import { Sitter } from './sitting.ts';
import type { Person, World } from './world.ts';

type Envelope = Schemas['EnvelopeView'];

export const anna: Person = { name: 'Anna Kovács', email: 'anna.kovacs@example.org' };
export const jonas: Person = { name: 'Jonas Weber', email: 'jonas.weber@example.org', locale: 'de' };
export const meera: Person = { name: 'मीरा शर्मा', email: 'meera@example.org', locale: 'hi' };

const places = [
  { recipient: 1, x: 72, y: 120 },
  { recipient: 1, type: 'text', x: 72, y: 220, width: 220, height: 24, config: { label: 'Place' } },
  { recipient: 2, x: 320, y: 120 },
];

/** An installation as it looks after a month's use, by state. */
export interface Seed {
  draft: Envelope;
  sent: Envelope;
  half: Envelope;
  done: Envelope;
  refused: Envelope;
  voided: Envelope;
}

const lease = () =>
  textPdf([
    'Lease agreement\n\nBetween the landlord and the tenant named below.\nThe flat lies on the second floor and has three rooms.',
    'Second page\n\nRent is due on the first of each month.',
  ]);

export async function seed(w: World): Promise<Seed> {
  await w
    .api('PATCH', `/organizations/${await organization(w)}`, { name: 'Duna Homes' })
    .catch(() => undefined);
  const draft = await w.draft('Parking space 14', [lease()], [anna, jonas], places);
  const half = await w.sent('Lease, Fő utca 12', [lease(), longPdf(3)], [anna, jonas], places);
  await (await Sitter.open(w, await w.link(half, 1))).sign();
  const done = await w.sent('Employment contract', [lease()], [anna, meera], places);
  for (const n of [1, 2]) await (await Sitter.open(w, await w.link(done, n))).sign();
  const refused = await w.sent('Price list 2027', [lease()], [anna, jonas], places);
  await (await Sitter.open(w, await w.link(refused, 2))).refuse(
    'The prices on page 2 are those of last year.',
  );
  const voided = await w.sent('Non-disclosure agreement', [lease()], [jonas, anna], places);
  await w.api('POST', `/envelopes/${voided.id}/void`, { reason: 'Sent to the wrong person.' });
  const sent = await w.sent(
    'Supply agreement with a title that is long enough to need a second line on a phone',
    [lease()],
    [jonas, anna],
    places,
  );
  await w.until(done.id, 'delivered');
  await w.user('Dóra Kiss', 'dora@example.org', 'sender');
  return { draft, sent, half, done, refused, voided };
}

async function organization(w: World): Promise<string> {
  const { items } = await w.api<{ items: { id: string }[] }>('GET', '/organizations');
  return items[0]?.id ?? '';
}
