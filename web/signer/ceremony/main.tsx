import './ceremony.css';
import './fields.css';
import { language, t } from '@shared/i18n';
import { render } from 'preact';
import { App } from './App';
import { Calls } from './calls';
import { fetchLater } from './later';
import { comesBack, Sitting } from './sitting';
import type { PageState, View } from './types';
import { openEarly } from './viewer';

/** Begins to open the documents of somebody who is agreeing just now. */
export function begin(page: PageState): void {
  const first = page.view?.documents[0];
  if (first) openEarly(new Calls(page.ceremony), first);
}

/** Shows the documents in place of what the server drew. */
export function mount(host: HTMLElement, page: PageState & { view: View }): void {
  const s = new Sitting(page);
  const root = document.createElement('div');
  root.id = 'app';
  root.className = 'app';
  root.lang = language();
  host.replaceWith(root);
  render(<App s={s} />, root);
  listen(s);
  setTimeout(() => void fetchLater(), 10_000); // where no page can be drawn
  setTimeout(() => void import('./watch').then((m) => m.watch(s)), 1500); // the first page has the network to itself
}

/** What happens outside the page: the network, other tabs, leaving. */
function listen(s: Sitting): void {
  addEventListener('online', () => s.queue.resume());
  addEventListener('pagehide', () => void s.queue.flush());
  addEventListener('beforeunload', (e) => {
    if (Object.keys(s.queue.unsaved).length > 0 && s.stage === 'document') e.preventDefault();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && s.stage === 'document') void s.reread();
  });
  meet(s);
}

interface Hello {
  envelope: string;
  recipient: string;
  ceremony: string;
}

/** Tabs of one browser: who opens the link again lets a page whose sitting ran out go on in the new one. */
function meet(s: Sitting): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel('sittings');
  const { envelope, recipient } = s.view;
  channel.addEventListener('message', (e: MessageEvent<Hello>) => {
    const same = e.data.envelope === envelope && e.data.recipient === recipient;
    if (!same || e.data.ceremony === s.calls.ceremony || !s.ended || !comesBack(s.ended)) return;
    void s.goOn(e.data.ceremony).then(() => s.say(t('back.again')));
  });
  channel.postMessage({ envelope, recipient, ceremony: s.calls.ceremony } satisfies Hello);
}
