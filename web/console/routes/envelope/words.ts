import { direction, language, t } from '@shared/i18n';
import type { Line } from './next';

/** Names as the language lists them: "Anna, Jonas and Meera". */
export function listed(names: string[]): string {
  // Each name apart from the direction of the sentence, or Latin names in an Arabic list would trade places.
  const apart = direction() === 'rtl' ? names.map((n) => `\u2068${n}\u2069`) : names;
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(apart);
}

/** A line in the reader's words. */
export function say(line: Line): string {
  return t(line.key, { ...line.params, ...(line.people ? { people: listed(line.people) } : {}) });
}
