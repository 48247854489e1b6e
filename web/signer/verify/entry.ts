import '@shared/tokens.css';
import '@shared/base.css';
import '../site.css';
import './verify.css';
import { addTexts, type Catalogue, match, setLanguage } from '@shared/i18n';
import { mount } from './mount';

/* The page that judges files. The server draws it, and its form works without script; this adds dropping and progress. */

const texts = import.meta.glob<Catalogue>('@texts/*/verify.json', { import: 'default' });
const language = match([document.documentElement.lang]);
const host = document.getElementById('app');
const form = document.getElementById('verify-form');

async function start(at: HTMLElement): Promise<void> {
  const words = Object.entries(texts).find(([path]) => path.endsWith(`/${language}/verify.json`))?.[1];
  if (!words) return;
  setLanguage(language);
  addTexts(await words());
  mount(at);
}

// Where the words cannot be fetched the form stays as the server drew it.
if (host && form) start(host).catch(() => {});
