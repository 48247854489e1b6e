import { api } from '@shared/api/client';
import type { Middleware } from 'openapi-fetch';
import { useSyncExternalStore } from 'react';

/** in: as far as we know; asking: the dialog stands open and calls wait; out: the dialog was closed. */
export type SessionState = 'in' | 'asking' | 'out';

let state: SessionState = 'in';
let user: string | undefined;
let waiting: ((again: boolean) => void)[] = [];
const hearers = new Set<() => void>();

function become(next: SessionState) {
  if (next === state) return;
  state = next;
  for (const hear of hearers) hear();
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    () => state,
  );
}

/** Remembers whose page this is, so that a session that ends under it is noticed. */
export function signedInAs(id: string): void {
  user = id;
}

/** Asks the reader to sign in again. True when they did; false when they closed the dialog. */
export function signInAgain(): Promise<boolean> {
  become('asking');
  return new Promise((resolve) => waiting.push(resolve));
}

/** Asks as well, and goes on waiting when the dialog was closed: for what runs by itself in the background. */
export async function untilSignedIn(): Promise<void> {
  if (state === 'in' && (await signInAgain())) return;
  if (now() === 'in') return;
  await new Promise<void>((resolve) => {
    const hear = () => {
      if (now() !== 'in') return;
      hearers.delete(hear);
      resolve();
    };
    hearers.add(hear);
  });
}

function now(): SessionState {
  return state;
}

/** Lets everything that waits go on, or fail as it would have. */
export function settle(again: boolean): void {
  const all = waiting;
  waiting = [];
  become(again ? 'in' : 'out');
  for (const resolve of all) resolve(again);
}

/** Looks whether there is a session again, by another tab or by the dialog's password. */
export async function recheck(): Promise<boolean> {
  const answer = await fetch('/api/v1/users/me').catch(() => undefined);
  if (!answer?.ok) return false;
  const me: { user: { id: string } } = await answer.json();
  // Somebody else's session must not continue this person's page.
  if (user !== undefined && me.user.id !== user) location.assign('/');
  settle(true);
  return true;
}

/** Ends the session here and in the other tabs. */
export async function signOut(): Promise<void> {
  await api.DELETE('/api/v1/sessions/current');
  tabs?.postMessage('out');
  location.assign('/sign-in');
}

/** Tells the other tabs that somebody has signed in. */
export function tellSignedIn(): void {
  tabs?.postMessage('in');
}

const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('consigil-session');

/** Follows what happens to the session in other tabs. */
export function watchTabs(): () => void {
  const heard = (e: MessageEvent) => {
    if (e.data === 'in' && state !== 'in') void recheck();
    if (e.data === 'out' && user !== undefined) location.assign('/sign-in');
  };
  const focused = () => {
    if (state !== 'in') void recheck();
  };
  tabs?.addEventListener('message', heard);
  addEventListener('focus', focused);
  return () => {
    tabs?.removeEventListener('message', heard);
    removeEventListener('focus', focused);
  };
}

const copies = new WeakMap<Request, Request>();

/** Holds a call that met an ended session until there is one again, then makes it anew: nothing typed is lost. */
export const repeating: Middleware = {
  onRequest({ request }) {
    if (user !== undefined) copies.set(request, request.clone());
  },
  async onResponse({ request, response, schemaPath }) {
    const copy = copies.get(request);
    if (response.status !== 401 || !copy || schemaPath.startsWith('/api/v1/sessions')) return;
    if (await signInAgain()) return fetch(copy);
  },
};
