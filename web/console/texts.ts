import { addTexts, type Catalogue, type Language, language, setLanguage } from '@shared/i18n';
import { useSyncExternalStore } from 'react';

type Module = { default: Catalogue };
type Namespace = 'console' | 'envelope' | 'editor' | 'admin';

const files = import.meta.glob<Module>('@texts/*/{console,envelope,editor,admin}.json');
const loaded = new Set<Namespace>();
const hearers = new Set<() => void>();

/** Loads a namespace of the catalogue in the current language. */
export async function loadTexts(namespace: Namespace): Promise<void> {
  loaded.add(namespace);
  const end = `/${language()}/${namespace}.json`;
  const load = Object.entries(files).find(([path]) => path.endsWith(end))?.[1];
  if (load) addTexts((await load()).default);
}

/** Changes the language and loads the words that the open pages need. */
export async function changeLanguage(l: Language): Promise<void> {
  setLanguage(l);
  loaded.add('console');
  await Promise.all([...loaded].map(loadTexts));
  for (const hear of hearers) hear();
}

/** The language; what calls this is drawn anew when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    () => shownLanguage,
  );
}

let shownLanguage: Language = language();
hearers.add(() => {
  shownLanguage = language();
});
