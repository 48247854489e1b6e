import { initials } from '@shared/format';
import { t } from '@shared/i18n';
import { boxOf } from './place';
import type { Party, State } from './state';
import type { Doc, Field, FieldType } from './types';
import { show } from './units';

/** What a type of field is called. A type that the catalogue does not know goes by its own name. */
export function typeName(type: string): string {
  const key = `editor.type.${type}`;
  const own = t(key);
  return own === key ? type : own;
}

export function personName(p: Party | undefined, people: readonly Party[]): string {
  if (!p) return t('editor.nobody');
  const n = people.indexOf(p) + 1;
  return p.name.trim() || p.email.trim() || t('editor.person', { number: n });
}

export function personInitials(p: Party | undefined, people: readonly Party[]): string {
  if (!p) return '?';
  const name = p.name.trim();
  return name ? initials(name) : String(people.indexOf(p) + 1);
}

/** The colour of a recipient; always shown with their initials. */
export function personColor(p: Party | undefined, people: readonly Party[]): string {
  return p ? `var(--who-${people.indexOf(p) % 8})` : 'var(--ink-2)';
}

/** What a field says of itself: "Signature for Ada Lovelace, required, page 2". */
export function fieldName(s: State, f: Field): string {
  const person = s.people.find((p) => p.id === f.recipient);
  const label = typeof f.config.label === 'string' && f.config.label;
  const what = label ? t('editor.field.labelled', { type: typeName(f.type), label }) : typeName(f.type);
  return t(f.required ? 'editor.field.required' : 'editor.field.optional', {
    what,
    who: personName(person, s.people),
    page: f.page,
  });
}

/** Where a field lies, in millimetres from the upper left. */
export function whereIs(doc: Doc | undefined, f: Field): { x: string; y: string; w: string; h: string } {
  const page = doc?.pages[f.page - 1];
  const b = page ? boxOf(page, f) : { left: 0, top: 0, width: 0, height: 0 };
  return { x: show(b.left, 'mm'), y: show(b.top, 'mm'), w: show(b.width, 'mm'), h: show(b.height, 'mm') };
}

export function typeOf(s: State, name: string): FieldType | undefined {
  return s.types.find((t) => t.name === name);
}
