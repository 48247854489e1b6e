import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Plural = Record<string, string>;
const read = new Map<string, Record<string, string | Plural>>();

/** The words of the catalogue, so that tests follow it: `words('pages', 'link.open')`. */
export function words(
  namespace: string,
  key: string,
  values: Record<string, string | number> = {},
  language = 'en',
): string {
  const found = catalogue(namespace, language)[key];
  if (found === undefined) throw new Error(`no text ${namespace} ${key} in ${language}`);
  const n = Number(values.n ?? 0);
  const text =
    typeof found === 'string'
      ? found
      : (found[new Intl.PluralRules(language).select(n)] ?? found.other ?? '');
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

function catalogue(namespace: string, language: string): Record<string, string | Plural> {
  const name = `${language}/${namespace}`;
  let texts = read.get(name);
  if (!texts) {
    const path = fileURLToPath(new URL(`../../../internal/locale/texts/${name}.json`, import.meta.url));
    texts = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string | Plural>;
    read.set(name, texts);
  }
  return texts;
}
