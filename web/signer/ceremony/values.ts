import { t } from '@shared/i18n';
import type { Field, FieldConfig, Mark, MarkKind, Value } from './types';

export function configOf(f: Field): FieldConfig {
  return typeof f.config === 'object' && f.config !== null ? (f.config as FieldConfig) : {};
}

const known = new Set([
  'signature',
  'initials',
  'text',
  'checkbox',
  'dropdown',
  'fullname',
  'email',
  'datesigned',
]);

/** What a field is called: the sender's label, else the name of its type. */
export function labelOf(f: Field): string {
  const own = configOf(f).label?.trim();
  if (own) return own;
  return t(known.has(f.type) ? `type.${f.type}` : 'type.other');
}

/** The name of a field for a screen reader: label, and whether it has to be filled. */
export function nameOf(f: Field): string {
  return t(f.required ? 'field.name_required' : 'field.name_optional', { label: labelOf(f) });
}

/** Whether a field is given by a mark: a signature or initials. */
export function marks(f: Field): boolean {
  return f.type === 'signature' || f.type === 'initials';
}

/** The ways in which a mark may be given. */
export function kindsOf(f: Field): MarkKind[] {
  const own = configOf(f).kinds;
  return own?.length ? own : ['typed', 'drawn', 'image'];
}

/** Whether the recipient fills the field in. */
export function mineToFill(f: Field): boolean {
  return f.mine && !f.server_only;
}

/** The value that an answer of the server holds, in a form the page knows. */
export function readValue(v: unknown): Value {
  if (typeof v === 'string' || typeof v === 'boolean') return v;
  if (typeof v === 'object' && v !== null && 'kind' in v) return v as Mark;
  return null;
}

/** The value with which a field begins: what was saved, else what its configuration says. */
export function startValue(f: Field): Value {
  const saved = readValue(f.value);
  if (saved === null && f.type === 'checkbox') return configOf(f).checked === true;
  return saved;
}

/** Whether a field counts as filled: a ticked box, a text with something in it, a mark. */
export function filled(v: Value): boolean {
  return typeof v === 'string' ? v.trim() !== '' : v !== null && v !== false;
}

export interface Count {
  /** Fields that the recipient fills in. */
  total: number;
  filled: number;
  /** Required ones without a value, in reading order. */
  missing: Field[];
}

/** How far the recipient is. What the server did not take does not count as filled. */
export function count(
  ordered: readonly Field[],
  value: (id: string) => Value,
  refused: { has(id: string): boolean } = new Set<string>(),
): Count {
  const mine = ordered.filter(mineToFill);
  return {
    total: mine.length,
    filled: mine.filter((f) => filled(value(f.id)) && !refused.has(f.id)).length,
    missing: mine.filter((f) => f.required && !filled(value(f.id))),
  };
}

/**
 * The field to go to next: the first after the present one that still asks for something, then from the
 * beginning, itself last: who only passed through it has not filled it. An optional field asks once.
 */
export function nextField(
  ordered: readonly Field[],
  value: (id: string) => Value,
  visited: ReadonlySet<string>,
  from?: string,
): Field | undefined {
  const mine = ordered.filter(mineToFill);
  const at = mine.findIndex((f) => f.id === from) + 1;
  const asks = (f: Field) => !filled(value(f.id)) && (f.required || (!visited.has(f.id) && f.id !== from));
  return [...mine.slice(at), ...mine.slice(0, at)].find(asks);
}

/** First letters of the words of a name. Arabic ones stay apart: side by side they would join into a word. */
export function firstLetters(name: string): string {
  const letters = name.split(/\s+/).map((w) => [...w][0] ?? '');
  return letters.join(/\p{Script=Arabic}/u.test(name) ? ' ' : '').trim();
}

/** What stands in a field, in words; marks by how they were given. */
export function inWords(f: Field, v: Value): string {
  if (f.type === 'checkbox') return t(v === true ? 'value.ticked' : 'value.not_ticked');
  if (typeof v === 'string') return v;
  if (v === null || typeof v === 'boolean') return '';
  return v.kind === 'typed' ? v.text : t(`value.${v.kind}`);
}
