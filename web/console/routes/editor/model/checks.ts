import type { Schemas } from '@shared/api/client';
import { looksLikeAddress } from '../save/saver';
import { untouched } from './defaults';
import { pageOf } from './edit';
import { boxOf, overlap } from './place';
import { type State, type Step, signers } from './state';
import type { Box, Field } from './types';

/** Where a remark leads. */
export interface Target {
  step: Step;
  field?: string;
  person?: string;
  document?: string;
  /** Which of a person's controls is meant. */
  part?: 'name' | 'email';
}

export interface Check {
  code: string;
  /** A fault stands in the way of sending; a warning does not. */
  level: 'fault' | 'warning';
  target: Target;
  /** The server's own sentence, where only the server could tell. */
  detail?: string;
}

/** What stands in the way of sending, as far as it can be told without asking the server. */
export function look(s: State, now = Date.now()): Check[] {
  return [...aboutDocuments(s), ...aboutPeople(s), ...aboutFields(s), ...aboutDetails(s, now)];
}

function aboutDocuments(s: State): Check[] {
  if (s.documents.length === 0) return [fault('no_document', { step: 'documents' })];
  return [];
}

function aboutPeople(s: State): Check[] {
  const found: Check[] = [];
  if (signers(s).length === 0) found.push(fault('no_signer', { step: 'people' }));
  const seen = new Set<string>();
  for (const p of s.people) {
    const target: Target = { step: 'people', person: p.id, part: 'email' };
    const email = p.email.trim().toLowerCase();
    if (!p.name.trim()) found.push(fault('no_name', { ...target, part: 'name' }));
    if (!email) found.push(fault('no_email', target));
    else if (!looksLikeAddress(email)) found.push(fault('bad_email', target));
    else if (seen.has(email)) found.push({ code: 'same_address', level: 'warning', target });
    seen.add(email);
  }
  return found;
}

function aboutFields(s: State): Check[] {
  if (s.documents.length === 0) return [];
  const found: Check[] = [];
  const roles = new Map(s.people.map((p) => [p.id, p.role]));
  for (const f of s.history.now) {
    const target: Target = { step: 'fields', field: f.key };
    const role = f.recipient && roles.get(f.recipient);
    if (!role) found.push(fault('unassigned', target));
    else if (role !== 'signer') found.push(fault('not_a_signer', target));
    if (f.type === 'dropdown' && choices(f) === 0) found.push(fault('no_choices', target));
    const vague = vagueness(f);
    if (vague) found.push({ code: vague, level: 'warning', target });
  }
  return [...found, ...overlapping(s), ...unsigned(s)];
}

/** A box that does not say what is ticked, and choices as they are made: a signer could not tell what is meant. */
function vagueness(f: Field): string | undefined {
  if (f.type === 'checkbox' && !f.existing && !f.config.label) return 'unlabelled';
  if (f.type === 'dropdown' && untouched(f.config)) return 'untouched_choices';
  return undefined;
}

function choices(f: Field): number {
  const { options } = f.config;
  return Array.isArray(options) ? options.filter((o) => o !== '').length : 0;
}

/** Every field that covers part of one before it. */
function overlapping(s: State): Check[] {
  const found: Check[] = [];
  const seen = new Map<string, Box[]>();
  for (const f of s.history.now) {
    const page = pageOf(s, f);
    if (!page) continue;
    const box = boxOf(page, f);
    const place = `${f.document} ${f.page}`;
    const there = seen.get(place) ?? [];
    if (there.some((o) => overlap(o, box))) found.push(fault('overlap', { step: 'fields', field: f.key }));
    there.push(box);
    seen.set(place, there);
  }
  return found;
}

function unsigned(s: State): Check[] {
  const signing = new Set(s.types.filter((t) => t.signs).map((t) => t.name));
  const has = new Set(s.history.now.filter((f) => signing.has(f.type)).map((f) => f.recipient));
  return signers(s)
    .filter((p) => !has.has(p.id))
    .map((p) => fault('no_signature_field', { step: 'fields', person: p.id }));
}

function aboutDetails(s: State, now: number): Check[] {
  const found: Check[] = [];
  const { title, expires_at } = s.details;
  if (!title.trim()) found.push(fault('no_title', { step: 'send' }));
  if (expires_at && Date.parse(expires_at) <= now) found.push(fault('in_the_past', { step: 'send' }));
  return found;
}

function fault(code: string, target: Target): Check {
  return { code, level: 'fault', target };
}

/** Codes that are found here; the server says them again. */
const ours = new Set([
  'no_document',
  'no_signer',
  'no_name',
  'no_email',
  'email',
  'same_address',
  'duplicate_address',
  'unassigned',
  'not_a_signer',
  'overlap',
  'fields_overlap',
  'no_signature_field',
  'no_title',
  'in_the_past',
]);

type Told = Schemas['EnvelopeCheck'];
type Envelope = Schemas['EnvelopeView'];

/** What only the server could find: text that does not fit, letters that no font has, locked documents. */
export function fromServer(
  s: State,
  told: Told,
  e: Envelope,
  nameOf: (id: string) => string | undefined,
): Check[] {
  const warnings = 'warnings' in told && Array.isArray(told.warnings) ? told.warnings : [];
  const all: [Check['level'], Schemas['Field']][] = [
    ...told.faults.map((f): [Check['level'], Schemas['Field']] => ['fault', f]),
    ...warnings.map((f): [Check['level'], Schemas['Field']] => ['warning', f]),
  ];
  return all
    .filter(([, f]) => !ours.has(f.code))
    .map(([level, f]) => ({
      code: f.code,
      level,
      detail: f.detail,
      target: targetOf(s, e, f.pointer, nameOf),
    }));
}

/** Where a pointer into the server's draft leads in ours. */
export function targetOf(
  s: State,
  e: Envelope,
  pointer: string,
  nameOf: (id: string) => string | undefined,
): Target {
  const [, list, index, member] = pointer.split('/');
  const at = Number(index);
  if (list === 'documents') return { step: 'documents', document: e.documents[at]?.id };
  if (list === 'recipients') {
    const id = e.recipients[at]?.id;
    const part = member === 'email' ? 'email' : 'name';
    return { step: 'people', person: s.people.find((p) => nameOf(p.id) === id)?.id, part };
  }
  if (list === 'fields') return { step: 'fields', field: twin(s, e.fields[at])?.key };
  return { step: 'send' };
}

/** Our field that lies where the server's does. */
function twin(s: State, f: Envelope['fields'][number] | undefined): Field | undefined {
  if (!f) return undefined;
  return s.history.now.find(
    (o) =>
      o.document === f.document &&
      o.page === f.page &&
      o.type === f.type &&
      Math.abs(o.x - f.x) < 0.02 &&
      Math.abs(o.y - f.y) < 0.02,
  );
}
