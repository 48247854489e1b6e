import type { Params } from '@shared/i18n';
import type { Envelope, Recipient } from './queries';

/** One sentence of the catalogue, to be put together where it is shown. */
export interface Line {
  key: string;
  params?: Params;
  /** Names that go in as a list of people, in the language's way of listing. */
  people?: string[];
}

/** Whether a recipient can act now. */
export function isTheirTurn(e: Envelope, r: Recipient): boolean {
  if (e.state !== 'sent' && e.state !== 'in_progress') return false;
  return r.role !== 'copy' && ['notified', 'opened', 'consented'].includes(r.state);
}

/** Whose copy of the sealed documents was not mailed, as there was no mail server: it waits to be handed over. */
export function copiesKept(e: Envelope): Recipient[] {
  if (e.state !== 'sealed' && e.state !== 'delivered') return [];
  return e.recipients.filter((r) => r.delivery?.state === 'kept' && r.delivery.template === 'completed');
}

/** Who has a link to be given now: to act, or to fetch a copy. */
export function toHandOver(e: Envelope): Recipient[] {
  return [...e.recipients.filter((r) => isTheirTurn(e, r)), ...copiesKept(e)];
}

/** Who is told when an envelope ends early: whoever has heard of it. */
export function toldOfEnd(e: Envelope): Recipient[] {
  return e.recipients.filter((r) => r.notified_at !== undefined);
}

/** Addresses are one person's however they are written. */
export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What an envelope waits for, and what happens after that, in plain sentences, for the reader with this address. */
export function nextOf(e: Envelope, reader = ''): Line[] {
  switch (e.state) {
    case 'draft':
      return e.reason ? [{ key: reasonKey(e.reason) }] : [{ key: 'next.draft' }];
    case 'sent':
    case 'in_progress':
      return open(e, reader);
    case 'completed':
    case 'sealing':
      return e.documents.some((d) => d.stalled) ? [{ key: 'next.stalled' }] : [{ key: 'next.sealing' }];
    case 'declined':
      return [declined(e)];
    case 'voided':
      return [{ key: 'next.voided' }];
    default:
      return [{ key: `next.${e.state}` }];
  }
}

function open(e: Envelope, reader: string): Line[] {
  const now = e.recipients.filter((r) => isTheirTurn(e, r));
  const signers = now.filter((r) => r.role === 'signer');
  const first = signers.length > 0 ? signers : now;
  if (first.length === 0) return [{ key: 'next.sent' }];
  if (first.every((r) => isSame(r.email, reader))) {
    return [{ key: signers.length > 0 ? 'next.you_sign' : 'next.you_read' }, after(e)];
  }
  const verb = signers.length > 0 ? 'next.waits_sign' : 'next.waits_read';
  const line = { key: verb, params: { n: first.length }, people: first.map(nameOf) };
  return [line, after(e)];
}

/** What comes when those whose turn it is have done their part. */
function after(e: Envelope): Line {
  const later = e.recipients.filter((r) => r.state === 'waiting' && r.role !== 'copy');
  const order = Math.min(...later.map((r) => r.order));
  const following = later.filter((r) => r.order === order);
  const kept = e.recipients.some((r) => r.delivery?.state === 'kept');
  if (following.length === 0) return { key: kept ? 'next.then_sealed_kept' : 'next.then_sealed' };
  return { key: 'next.then_people', params: { n: following.length }, people: following.map(nameOf) };
}

function declined(e: Envelope): Line {
  const by = e.recipients.find((r) => r.state === 'declined');
  if (!by) return { key: 'next.declined' };
  const kept = e.recipients.some((r) => r.delivery?.state === 'kept' && r.delivery.template === 'declined');
  return { key: kept ? 'next.declined_kept' : 'next.declined_by', people: [nameOf(by)] };
}

/** A name, or the address where nobody gave a name. */
export function nameOf(r: Recipient): string {
  return r.name || r.email;
}

const known = ['character_unsupported', 'does_not_fit', 'document_unreadable'];

function reasonKey(code: string): string {
  return known.includes(code) ? `prepare.${code}` : 'prepare.failed';
}
