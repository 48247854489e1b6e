import { t } from '@shared/i18n';
import { expect, test } from 'vitest';
import { fromServer, look } from './checks';
import * as edit from './edit';
import { sampleDraft, sampleEnvelope } from './sample';
import type { Draft } from './state';

const first = { document: 'd1', page: 1 };
const codes = (d: Draft) => look(d.value).map((c) => c.code);

test('each signer needs a signature', () => {
  const d = sampleDraft();
  edit.add(d, 'signature', first);
  expect(look(d.value)).toEqual([
    { code: 'no_signature_field', level: 'fault', target: { step: 'fields', person: 'r2' } },
  ]);
  d.patch({ who: 'r2' });
  edit.add(d, 'signature', first);
  expect(codes(d)).toEqual([]);
});

test('fields that overlap, belong to nobody, or to somebody who does not sign', () => {
  const d = sampleDraft();
  edit.add(d, 'signature', first, { left: 10, top: 10 });
  edit.add(d, 'text', first, { left: 50, top: 20 });
  expect(codes(d)).toContain('overlap');
  edit.each(d, (f) => ({ ...f, recipient: undefined }));
  expect(codes(d)).toContain('unassigned');
  d.patch({ people: d.value.people.map((p) => ({ ...p, role: 'copy' as const })) });
  expect(codes(d)).toEqual(expect.arrayContaining(['no_signer', 'not_a_signer']));
});

test('a box without words and choices as they are made are worth a look', () => {
  const d = sampleDraft();
  const box = edit.add(d, 'checkbox', first, { left: 10, top: 10 });
  const list = edit.add(d, 'dropdown', first, { left: 10, top: 100 });
  const made = [1, 2].map((number) => t('editor.option', { number }));
  edit.configure(d, list?.key ?? '', { options: made });
  expect(codes(d)).toEqual(expect.arrayContaining(['unlabelled', 'untouched_choices']));
  edit.configure(d, box?.key ?? '', { label: 'I have read it' });
  edit.configure(d, list?.key ?? '', { options: [...made, 'Neither'] });
  expect(codes(d)).not.toContain('unlabelled');
  expect(codes(d)).not.toContain('untouched_choices');
});

test('people need names and addresses; two with one address are worth a look', () => {
  const d = sampleDraft();
  const [a, b] = d.value.people;
  if (!a || !b) throw new Error('two people expected');
  d.patch({ people: [{ ...a, name: ' ', email: 'ada@' }, b] });
  expect(codes(d)).toEqual(expect.arrayContaining(['no_name', 'bad_email']));
  d.patch({ people: [a, { ...b, email: a.email.toUpperCase() }] });
  const same = look(d.value).find((c) => c.code === 'same_address');
  expect(same).toMatchObject({ level: 'warning', target: { person: 'r2' } });
});

test('a deadline must lie ahead, and there must be a subject and a document', () => {
  const d = sampleDraft({ title: ' ', documents: [], expires_at: '2026-01-01T00:00:00Z' });
  expect(look(d.value, Date.parse('2026-11-22T00:00:00Z')).map((c) => c.code)).toEqual([
    'no_document',
    'no_title',
    'in_the_past',
  ]);
});

test('what only the server finds leads to our own field', () => {
  const d = sampleDraft();
  const f = edit.add(d, 'text', first);
  if (!f) throw new Error('a field expected');
  const { key, ...rest } = f;
  const theirs = sampleEnvelope({ fields: [{ ...rest, id: 'x', existing: undefined } as never] });
  const told = {
    ready: false,
    faults: [
      { pointer: '/fields/0', code: 'text_too_long', detail: 'It does not fit.' },
      { pointer: '/recipients/1', code: 'no_signature_field', detail: '' },
    ],
    warnings: [{ pointer: '/documents/1', code: 'scanned', detail: '' }],
  };
  expect(fromServer(d.value, told as never, theirs, (id) => id)).toEqual([
    {
      code: 'text_too_long',
      level: 'fault',
      detail: 'It does not fit.',
      target: { step: 'fields', field: key },
    },
    { code: 'scanned', level: 'warning', detail: '', target: { step: 'documents', document: 'd2' } },
  ]);
});
