import { useEffect, useSyncExternalStore } from 'react';
import { type Ending, openStream, type StreamEvent } from './stream';

/** Whether what is shown follows the server, and when it last did. */
export interface Contact {
  connected: boolean;
  at: number;
}

export type Note =
  | { kind: 'event'; envelope: string; type: string }
  | { kind: 'contact'; connected: boolean; fresh: boolean }
  | { kind: 'ask' };

/** What the leader's election and its stream need from the browser; tests bring their own. */
export interface Ports {
  /** Runs the task while this tab is the one that leads. */
  lead(task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Reads the stream until it ends. */
  open(
    after: string | undefined,
    signal: AbortSignal,
    hear: { opened(): void; event(e: StreamEvent): void },
  ): Promise<Ending>;
  post(note: Note): void;
  listen(hear: (note: Note) => void): () => void;
  /** Resolves when somebody has signed in again. */
  signIn(): Promise<unknown>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** How long to wait after so many failures in a row: a second, doubling, at most half a minute. */
export function backoff(failures: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(failures, 10));
}

/**
 * Follows the organization's events with one stream a browser: the tab that holds the lock reads it and tells the
 * others, as HTTP/1.1 allows six connections to a host and a stream keeps one of them.
 */
export function follow(ports: Ports, hear: (note: Note) => void): () => void {
  const stop = new AbortController();
  let last: Note | undefined;
  const tell = (note: Note) => {
    if (note.kind === 'contact') last = note;
    ports.post(note);
    hear(note);
  };
  let leading = false;
  const deaf = ports.listen((note) => {
    if (note.kind === 'ask') {
      if (leading && last) ports.post(last);
      return;
    }
    hear(note);
  });
  ports.post({ kind: 'ask' });
  const task = async () => {
    leading = true;
    await read(ports, tell, stop.signal);
    leading = false;
  };
  ports.lead(task, stop.signal).catch(() => undefined);
  return () => {
    stop.abort();
    deaf();
  };
}

async function read(ports: Ports, tell: (note: Note) => void, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  let failures = 0;
  let before = false;
  while (!signal.aborted) {
    const ending = await ports.open(after, signal, {
      opened() {
        failures = 0;
        tell({ kind: 'contact', connected: true, fresh: before });
        before = true;
      },
      event(e) {
        after = e.id ?? after;
        // The first message says where the stream began, not that something happened.
        if (e.type === 'stream.started') return;
        tell({ kind: 'event', envelope: e.envelope, type: e.type });
      },
    });
    if (signal.aborted) return;
    if (ending === 'signed-out') {
      await ports.signIn();
      continue;
    }
    tell({ kind: 'contact', connected: false, fresh: false });
    await ports.wait(backoff(failures++), signal);
  }
}

/** The browser's own means. Without Web Locks (plain http) every tab reads a stream of its own. */
export function browserPorts(signIn: () => Promise<unknown>): Ports {
  const channel =
    typeof BroadcastChannel === 'undefined' || !navigator.locks
      ? undefined
      : new BroadcastChannel('consigil-live');
  return {
    lead: (task, signal) =>
      navigator.locks ? navigator.locks.request('consigil-live', { signal }, task) : task(),
    open: openStream,
    post: (note) => channel?.postMessage(note),
    listen(hear) {
      const heard = (e: MessageEvent<Note>) => hear(e.data);
      channel?.addEventListener('message', heard);
      return () => channel?.removeEventListener('message', heard);
    },
    signIn,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

let contact: Contact = { connected: true, at: Date.now() };
const hearers = new Set<() => void>();

function setContact(next: Contact) {
  contact = next;
  for (const hear of hearers) hear();
}

/** Whether the page follows the server. */
export function useContact(): Contact {
  return useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    () => contact,
  );
}

/** The query keys that an event of an envelope makes old. */
export function keysOf(envelopes: Set<string>): string[][] {
  const each = [...envelopes].flatMap((id) => [
    ['envelope', id],
    ['events', id],
  ]);
  return [['envelopes'], ['counts'], ['messages'], ['audit'], ...each];
}

/** Keeps queries fresh as long as the frame stands. Events that come together make queries old once. */
export function useLive(
  signIn: () => Promise<unknown>,
  invalidate: (keys: string[][] | 'all') => void,
): void {
  useEffect(() => {
    let changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const keys = keysOf(changed);
      changed = new Set();
      invalidate(keys);
    };
    const stop = follow(browserPorts(signIn), (note) => {
      if (note.kind === 'event') {
        changed.add(note.envelope);
        timer ??= setTimeout(flush, 200);
      }
      if (note.kind === 'contact') {
        setContact({ connected: note.connected, at: note.connected ? Date.now() : lastAt() });
        if (note.fresh) invalidate('all');
      }
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [signIn, invalidate]);
}

/** The moment at which contact was lost, not that of the newest failed try. */
function lastAt(): number {
  return contact.connected ? Date.now() : contact.at;
}
