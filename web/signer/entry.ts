import '@shared/tokens.css';
import '@shared/base.css';
import './site.css';
import { addTexts, type Catalogue, match, setLanguage, t } from '@shared/i18n';
import type { PageState, View } from './ceremony/types';

/*
 * The recipient's page. The server draws the link page, consent and notices, which work without script; this
 * makes Continue quick and puts the documents in the place of consent. It stays small: the rest is fetched
 * while people read.
 */

const texts = import.meta.glob<Catalogue>('../../internal/locale/texts/*/signer.json', { import: 'default' });

const language = match([document.documentElement.lang]);
const host = document.getElementById('app');
const form = document.querySelector<HTMLFormElement>('#consent-form');
const page = read();

function read(): PageState | undefined {
  const text = document.getElementById('state')?.textContent;
  return text ? (JSON.parse(text) as PageState) : undefined;
}

/** Fetches the words and the page of the documents. */
async function ready() {
  const words = texts[`../../internal/locale/texts/${language}/signer.json`];
  const [app, catalogue] = await Promise.all([import('./ceremony/main'), words?.()]);
  setLanguage(language);
  if (catalogue) addTexts(catalogue);
  return app;
}

/** Fetches what the documents need while the reader reads what they agree to. */
function warm(): void {
  const engine = () => import('@shared/pdf/engine').then((e) => e.warm());
  const text = () => Promise.all([import('@shared/pdf/text'), import('@shared/pdf/interleave')]);
  void ready()
    .then(engine)
    .then(text)
    .catch(() => {}); // it is tried again when it is needed
}

async function start(view: View): Promise<void> {
  if (!host || !page) return;
  const app = await ready();
  app.mount(host, { ...page, view });
}

/** Sends the agreement without leaving the page; where that fails, the form goes its plain way. */
async function agree(f: HTMLFormElement, at: PageState): Promise<void> {
  const given = new FormData(f);
  ready().then(
    (app) => app.begin(at),
    () => {},
  );
  const body = JSON.stringify({
    version: given.get('version'),
    locale: given.get('locale'),
    hash: given.get('hash'),
  });
  const answer = await fetch(`/api/v1/ceremonies/${at.ceremony}/consent`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  if (!answer.ok) throw new Error('refused');
  await start((await answer.json()) as View);
}

/** The page of a device that takes over: the code stands behind the # and never reaches a server's log. */
async function takeOver(f: HTMLFormElement): Promise<void> {
  const code = location.hash.slice(1);
  const answer = await fetch('/api/v1/ceremonies/takeover', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const body = (await answer.json()) as { ceremony?: string; detail?: string };
  if (answer.ok && body.ceremony) return location.replace(`/c/${body.ceremony}`);
  await complain(f, body.detail);
}

async function complain(f: HTMLFormElement, detail?: string): Promise<void> {
  await ready().catch(() => {});
  const line = f.querySelector<HTMLElement>('[role=alert]');
  if (!line) return;
  line.textContent = detail ?? t('continue.failed');
  line.hidden = false;
  f.querySelector('button')?.removeAttribute('aria-disabled');
}

const goOn = document.querySelector<HTMLFormElement>('#continue-form');
if (goOn && location.hash.length > 1) {
  const button = goOn.querySelector('button');
  if (button) button.disabled = false;
  goOn.addEventListener('submit', (e) => {
    e.preventDefault();
    takeOver(goOn).catch(() => complain(goOn));
  });
}

if (form && page) {
  const button = form.querySelector<HTMLButtonElement>('button');
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (button?.getAttribute('aria-disabled') === 'true') return;
    button?.setAttribute('aria-disabled', 'true');
    agree(form, page).catch(() => form.submit());
  });
  addEventListener('load', () => (window.requestIdleCallback ?? setTimeout)(warm));
} else if (page?.view && !page.view.needs_consent) {
  void start(page.view);
}
