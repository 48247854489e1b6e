import { Problem } from '@shared/api/problem';
import type { Value } from './types';

/** Where the drafts stand. `ended`: the sitting is over, what is not saved waits in memory. */
export type SaveState = 'idle' | 'waiting' | 'saving' | 'saved' | 'offline' | 'ended' | 'closed';

export type Values = { [field: string]: Value };

export interface SaveEvents {
  state(s: SaveState, why?: Problem): void;
  /** What the server refused; `detail` says why in its words. */
  refused(field: string, code: string, detail: string): void;
  /** What the server took. */
  taken(fields: string[]): void;
}

export interface Timers {
  set(run: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

const clock: Timers = {
  set: (run, ms) => setTimeout(run, ms),
  clear: (h) => clearTimeout(h as number),
};

/** Answers after which nothing more is let in by this sitting as it is. */
const over = new Set([401, 403, 404, 409, 410]);

const pause = 600;
const slowest = 30_000;

/**
 * Keeps drafts on the server: what changes is sent shortly after, one call at a time, newest value of each
 * field only. What cannot be sent stays in memory and is tried again; nothing typed is ever dropped.
 */
export class SaveQueue {
  #send: (values: Values) => Promise<void>;
  #on: SaveEvents;
  #timers: Timers;
  #dirty = new Map<string, Value>();
  #timer: unknown;
  #running: Promise<void> | undefined;
  #tries = 0;
  #state: SaveState = 'idle';

  constructor(send: (values: Values) => Promise<void>, on: SaveEvents, timers: Timers = clock) {
    this.#send = send;
    this.#on = on;
    this.#timers = timers;
  }

  get state(): SaveState {
    return this.#state;
  }

  /** What is not on the server yet. */
  get unsaved(): Values {
    return Object.fromEntries(this.#dirty);
  }

  put(field: string, value: Value): void {
    this.#dirty.delete(field);
    this.#dirty.set(field, value);
    if (this.#state === 'ended' || this.#state === 'closed') return;
    if (!this.#running && this.#state !== 'offline') this.#become('waiting');
    if (this.#state !== 'offline') this.#plan(pause);
  }

  /** Sends at once; true when nothing is left. */
  async flush(): Promise<boolean> {
    if (this.#state === 'closed' || this.#state === 'ended') return this.#dirty.size === 0;
    this.#cancel();
    while (this.#running) await this.#running;
    if (this.#dirty.size > 0) await this.#run();
    return this.#dirty.size === 0;
  }

  /** Goes on after the network or the sitting came back. */
  resume(): void {
    if (this.#state === 'closed') return;
    this.#tries = 0;
    if (this.#state === 'ended') this.#state = 'waiting';
    if (this.#dirty.size > 0) this.#plan(0);
    else if (this.#state === 'waiting') this.#become('saved');
  }

  /** Sends nothing any more: the act is done, or there is nothing left to act on. */
  close(): void {
    this.#cancel();
    this.#state = 'closed';
  }

  #plan(ms: number): void {
    this.#cancel();
    this.#timer = this.#timers.set(() => {
      this.#timer = undefined;
      if (!this.#running) void this.#run();
    }, ms);
  }

  #cancel(): void {
    if (this.#timer !== undefined) this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #become(s: SaveState, why?: Problem): void {
    this.#state = s;
    this.#on.state(s, why);
  }

  async #run(): Promise<void> {
    this.#running = this.#once();
    await this.#running;
    this.#running = undefined;
    if (this.#dirty.size === 0 || this.#timer !== undefined) return;
    if (this.#state === 'saved' || this.#state === 'waiting') this.#plan(0);
  }

  async #once(): Promise<void> {
    const batch = new Map(this.#dirty);
    this.#become('saving');
    try {
      await this.#send(Object.fromEntries(batch));
      this.#forget(batch);
      this.#tries = 0;
      this.#on.taken([...batch.keys()]);
      this.#become(this.#dirty.size > 0 ? 'waiting' : 'saved');
    } catch (e) {
      this.#failed(batch, e instanceof Problem ? e : new Problem({}));
    }
  }

  /** Drops what was dealt with, unless it changed meanwhile. */
  #forget(batch: Map<string, Value>): void {
    for (const [field, value] of batch) {
      if (this.#dirty.get(field) === value) this.#dirty.delete(field);
    }
  }

  #failed(batch: Map<string, Value>, p: Problem): void {
    const { status } = p;
    const again = status === 0 || status === 408 || status === 429 || status >= 500;
    if (over.has(status)) this.#become('ended', p);
    else if (again) this.#retry(p);
    else this.#refuse(batch, p);
  }

  #retry(p: Problem): void {
    const wait = p.retryAfter ? p.retryAfter * 1000 : Math.min(slowest, 1000 * 2 ** this.#tries);
    this.#tries++;
    this.#become('offline', p);
    this.#plan(wait);
  }

  /** Tells what was refused, and sends the rest, which the server did not keep either. */
  #refuse(batch: Map<string, Value>, p: Problem): void {
    const bad = new Map<string, { code: string; detail: string }>();
    for (const e of p.errors) {
      const field = fieldOf(e.pointer);
      if (field && batch.has(field)) bad.set(field, { code: e.code, detail: e.detail ?? '' });
    }
    if (bad.size === 0) {
      for (const field of batch.keys()) bad.set(field, { code: p.code, detail: p.message });
    }
    this.#forget(new Map([...batch].filter(([field]) => bad.has(field))));
    for (const [field, why] of bad) this.#on.refused(field, why.code, why.detail);
    this.#become(this.#dirty.size > 0 ? 'waiting' : 'idle');
  }
}

/** The field that a pointer such as /values/ID/text names. */
export function fieldOf(pointer: string): string | undefined {
  return /^\/(?:values)\/([^/]+)/.exec(pointer)?.[1];
}
