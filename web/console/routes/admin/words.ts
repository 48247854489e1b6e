import { languageNames, languages, t } from '@shared/i18n';

/** The catalogue's words for a name of the API, or the name itself where there are none yet. */
export function words(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  const found = t(key);
  return found === key ? name : found;
}

/** Whether the catalogue has words for a name. */
export function known(prefix: string, name: string): boolean {
  return t(`${prefix}.${name}`) !== `${prefix}.${name}`;
}

/** A language in its own words, or its code where the catalogue has none of it. */
export function languageName(code: string): string {
  const known = languages.find((l) => l === code);
  return known ? languageNames[known] : code;
}
