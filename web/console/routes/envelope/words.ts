import { language, t } from '@shared/i18n';
import type { Line } from './next';

/** Names as the language lists them: "Anna, Jonas and Meera". */
export function listed(names: string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}

/** A line in the reader's words. */
export function say(line: Line): string {
  return t(line.key, { ...line.params, ...(line.people ? { people: listed(line.people) } : {}) });
}
