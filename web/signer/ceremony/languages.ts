import { language, languageNames, languages } from '@shared/i18n';

/** The addresses of this page in every language. */
export function languageLinks(): { lang: string; name: string; href: string; current: boolean }[] {
  return languages.map((lang) => {
    const to = new URL(location.href);
    to.searchParams.set('lang', lang);
    return { lang, name: languageNames[lang], href: to.href, current: lang === language() };
  });
}
