/** One kilobyte of translation over Intl: flat catalogues, {placeholders}, plural categories of CLDR. */

export type Phrase = string | { [category: string]: string };
export type Catalogue = { [key: string]: Phrase };
export type Params = { [name: string]: string | number };

export const languages = ['en', 'hu', 'de', 'hi', 'ar'] as const;
export type Language = (typeof languages)[number];

/** Each language in its own words, for the switcher. */
export const languageNames: { [L in Language]: string } = {
  en: 'English',
  hu: 'Magyar',
  de: 'Deutsch',
  hi: 'हिन्दी',
  ar: 'العربية',
};

let current: Language = 'en';
let texts: Catalogue = {};

/** The catalogue's language for a list of BCP 47 tags, first match first, else English. */
export function match(tags: readonly string[]): Language {
  for (const tag of tags) {
    const base = tag.toLowerCase().split('-')[0];
    const found = languages.find((l) => l === base);
    if (found) return found;
  }
  return 'en';
}

export function language(): Language {
  return current;
}

export function direction(l: Language = current): 'ltr' | 'rtl' {
  return l === 'ar' ? 'rtl' : 'ltr';
}

/** Changes the language of the page and forgets the words of the one before. */
export function setLanguage(l: Language): void {
  if (l !== current) texts = {};
  current = l;
  if (typeof document !== 'undefined') {
    document.documentElement.lang = l;
    document.documentElement.dir = direction(l);
  }
}

/** Adds the words of a namespace in the current language. */
export function addTexts(c: Catalogue): void {
  texts = { ...texts, ...c };
}

const hole = /\{([a-z_]+)\}/g;

/** The sentence of a key. With `n` among the parameters it is the form for that number. */
export function t(key: string, params?: Params): string {
  const phrase = choose(key, params);
  return params ? phrase.replace(hole, (whole, name: string) => insert(params[name], whole)) : phrase;
}

/** The sentence cut at its placeholders, so that a page can put elements in their places. */
export function parts(key: string, params?: Params): { text?: string; hole?: string }[] {
  const out: { text?: string; hole?: string }[] = [];
  let from = 0;
  const phrase = choose(key, params);
  for (const m of phrase.matchAll(hole)) {
    if (m.index > from) out.push({ text: phrase.slice(from, m.index) });
    out.push({ hole: m[1] });
    from = m.index + m[0].length;
  }
  if (from < phrase.length) out.push({ text: phrase.slice(from) });
  return out;
}

function choose(key: string, params?: Params): string {
  const phrase = texts[key];
  if (phrase === undefined) return key;
  if (typeof phrase === 'string') return phrase;
  const n = params?.n;
  const category = typeof n === 'number' ? new Intl.PluralRules(current).select(n) : 'other';
  return phrase[category] ?? phrase.other ?? key;
}

/** A value in a sentence: numbers in the language's way, other people's words kept apart from its direction. */
function insert(value: string | number | undefined, whole: string): string {
  if (value === undefined) return whole;
  if (typeof value === 'number') return new Intl.NumberFormat(current).format(value);
  return current === 'ar' || strong.test(value) ? `\u2068${value}\u2069` : value;
}

const strong = /[\u0590-\u08ff\ufb1d-\ufefc]/;
