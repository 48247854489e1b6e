import { addTexts, type Catalogue, type Language, language, setLanguage } from '@shared/i18n';

type Module = { default: Catalogue };

const files = import.meta.glob<Module>('@texts/*/{console,editor,admin}.json');

/** Loads a namespace of the catalogue in the current language. */
export async function loadTexts(namespace: 'console' | 'editor' | 'admin'): Promise<void> {
  const end = `/${language()}/${namespace}.json`;
  const load = Object.entries(files).find(([path]) => path.endsWith(end))?.[1];
  if (load) addTexts((await load()).default);
}

/** Changes the language and loads the words that every page needs. */
export async function changeLanguage(l: Language): Promise<void> {
  setLanguage(l);
  await loadTexts('console');
}
