import { type Draft, newDraft } from './state';
import type { Envelope, FieldType } from './types';

/** A draft for tests: two documents (the second turned by 90 degrees), two people, no fields. */
export function sampleEnvelope(part: Partial<Envelope> = {}): Envelope {
  return {
    id: 'e1',
    state: 'draft',
    title: 'Lease',
    message: '',
    locale: 'en',
    level: 'B-T',
    ordered: false,
    sender: { kind: 'user', id: 'u1' },
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:00:00Z',
    version: 3,
    documents: [sampleDocument('d1', 3, 0), sampleDocument('d2', 1, 90)],
    recipients: [samplePerson('r1', 'Ada', 1), samplePerson('r2', 'Grace', 2)],
    fields: [],
    ...part,
  } as Envelope;
}

function sampleDocument(id: string, pages: number, rotate: number): Envelope['documents'][number] {
  const turned = rotate % 180 !== 0;
  const size = { width: turned ? 842 : 595, height: turned ? 595 : 842, rotate, crop: [0, 0, 595, 842] };
  return {
    id,
    position: id === 'd1' ? 1 : 2,
    name: `${id}.pdf`,
    state: 'base',
    signed_upload: false,
    page_count: pages,
    pages: Array.from({ length: pages }, () => size),
    form_fields: [],
    removed: [],
    revision: 1,
  } as Envelope['documents'][number];
}

function samplePerson(id: string, name: string, order: number): Envelope['recipients'][number] {
  const email = `${name.toLowerCase()}@example.org`;
  return {
    id,
    name,
    email,
    order,
    role: 'signer',
    state: 'waiting',
    method: 'click',
  } as Envelope['recipients'][number];
}

export const sampleTypes: FieldType[] = [
  { name: 'signature', schema: {}, signs: true, server_only: false },
  { name: 'text', schema: {}, signs: false, server_only: false },
];

export function sampleDraft(part: Partial<Envelope> = {}): Draft {
  return newDraft(sampleEnvelope(part), sampleTypes);
}
