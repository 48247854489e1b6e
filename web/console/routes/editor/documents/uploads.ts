import { Problem } from '@shared/api/client';
import { newKey } from '../model/state';
import { Store } from '../model/store';
import type { Saver } from '../save/saver';
import { upload } from './upload';

export interface Arrival {
  key: string;
  file: File;
  /** The document in whose place it goes. */
  replaces: string | undefined;
  state: 'queued' | 'sending' | 'reading' | 'failed';
  sent: number;
  problem?: Problem;
}

const parallel = 2;

/** Files on their way into the draft: two at a time over the network, then one after the other into the envelope. */
export class Uploads {
  readonly list = new Store<readonly Arrival[]>([]);
  #saver: Saver;
  #stops = new Map<string, AbortController>();
  #done: (name: string) => void;

  constructor(saver: Saver, done: (name: string) => void) {
    this.#saver = saver;
    this.#done = done;
  }

  add(files: Iterable<File>, replaces?: string): void {
    const fresh = [...files].map(
      (file): Arrival => ({ key: newKey('up'), file, replaces, state: 'queued', sent: 0 }),
    );
    this.list.set([...this.list.value, ...fresh]);
    this.#next();
  }

  /** Ends an upload, or forgets one that failed. */
  cancel(key: string): void {
    this.#stops.get(key)?.abort();
    this.list.set(this.list.value.filter((a) => a.key !== key));
    this.#next();
  }

  retry(key: string): void {
    this.#update(key, { state: 'queued', sent: 0, problem: undefined });
    this.#next();
  }

  #next(): void {
    const busy = this.list.value.filter((a) => a.state === 'sending').length;
    const waiting = this.list.value.filter((a) => a.state === 'queued');
    for (const a of waiting.slice(0, parallel - busy)) void this.#send(a);
  }

  async #send(a: Arrival): Promise<void> {
    const refusal = unfit(a.file);
    if (refusal) return this.#update(a.key, { state: 'failed', problem: refusal });
    const stop = new AbortController();
    this.#stops.set(a.key, stop);
    this.#update(a.key, { state: 'sending', sent: 0 });
    try {
      const id = await upload(a.file, (sent) => this.#update(a.key, { sent }), stop.signal);
      this.#update(a.key, { state: 'reading', sent: a.file.size });
      this.#next();
      const doc = await this.#saver.addDocument(id, a.file.name, a.replaces);
      this.list.set(this.list.value.filter((o) => o.key !== a.key));
      this.#done(doc.name);
    } catch (error) {
      this.#failed(a.key, error);
    } finally {
      this.#stops.delete(a.key);
      this.#next();
    }
  }

  #failed(key: string, error: unknown): void {
    if (error instanceof DOMException) return;
    const problem = error instanceof Problem ? error : new Problem({ code: 'unexpected', status: 400 });
    this.#update(key, { state: 'failed', problem });
  }

  #update(key: string, part: Partial<Arrival>): void {
    this.list.set(this.list.value.map((a) => (a.key === key ? { ...a, ...part } : a)));
  }
}

/** What need not be sent to be refused. */
function unfit(file: File): Problem | undefined {
  if (file.size === 0) return new Problem({ code: 'upload_empty', status: 400 });
  const named = /\.pdf$/i.test(file.name) || file.type === 'application/pdf';
  return named ? undefined : new Problem({ code: 'not_pdf', status: 400 });
}
