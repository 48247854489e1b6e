import { t } from '@shared/i18n';
import type { Sitting } from './sitting';
import type { Field } from './types';
import { filled, kindsOf, marks } from './values';

/** Puts the mark that was made before into a field; false where there is none that fits, or the field has one. */
export function giveAgain(s: Sitting, field: Field): boolean {
  const slot = field.type === 'initials' ? 'initials' : 'signature';
  const mark = marks(field) ? s.adopted[slot] : undefined;
  if (!mark || filled(s.value(field.id)) || !kindsOf(field).includes(mark.kind)) return false;
  s.set(field, mark);
  s.say(t(`said.${slot}`));
  return true;
}
