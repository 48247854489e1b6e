import { Problem } from '@shared/api/client';
import { Store } from '../model/store';

/** One thing to tell the server. Jobs of the same key that wait are merged: only the newest counts. */
export interface Job {
  key: string;
  /** Does it against a version of the draft; gives the version after it. */
  run(version: number): Promise<number>;
  /** Told when the server refused what was sent; without it the refusal shows beside the saved state. */
  refused?(problem: Problem): void;
}

export type SaveState =
  | { kind: 'saved'; at: Date }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  | { kind: 'offline'; problem: Problem }
  | { kind: 'signedout' }
  | { kind: 'refused'; problem: Problem };

export interface QueueOptions {
  version: number;
  savedAt: Date;
  /** Reads the draft again after somebody else changed it; gives the version that it has now. */
  reload(): Promise<number>;
  /** Milliseconds of quiet before something typed is sent. */
  quiet?: number;
  /** Milliseconds before the first new try after a failure; doubled each time up to half a minute. */
  pause?: number;
}

const longest = 30_000;

/**
 * Tells the server what was done, one thing at a time and in order, so that each change names the version that the
 * change before it made. What cannot be told now is kept and told later.
 */
export class Queue {
  readonly state: Store<SaveState>;
  /** How often somebody else's change was met. */
  readonly conflicts = new Store(0);
  version: number;

  #jobs: Job[] = [];
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #waiters: (() => void)[] = [];
  #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.version = options.version;
    this.state = new Store<SaveState>({ kind: 'saved', at: options.savedAt });
  }

  get idle(): boolean {
    return this.#jobs.length === 0 && !this.#running;
  }

  has(key: string): boolean {
    return this.#jobs.some((j) => j.key === key);
  }

  /** Adds a job, or puts it in the place of the waiting one with its key. */
  put(job: Job, quiet = this.#options.quiet ?? 500): void {
    const at = this.#jobs.findIndex((j) => j.key === job.key);
    if (at >= 0) this.#jobs[at] = job;
    else this.#jobs.push(job);
    if (this.state.value.kind === 'saved' || this.state.value.kind === 'refused') {
      this.state.set({ kind: 'waiting' });
    }
    if (!this.#running) this.#schedule(quiet);
  }

  /** Sends what waits now; resolves when nothing is left, or false when it cannot be sent. */
  async flush(): Promise<boolean> {
    if (this.idle) return true;
    this.#schedule(0);
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
    return this.idle;
  }

  /** Tries again at once: the network is back, or the person signed in again. */
  retry = (): void => {
    if (!this.#running && this.#jobs.length > 0) this.#schedule(0);
  };

  stop(): void {
    clearTimeout(this.#timer);
    this.#wake();
  }

  #schedule(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#work(), after);
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.state.set({ kind: 'saving' });
    let refused: Problem | undefined;
    while (this.#jobs.length > 0) {
      const job = this.#jobs[0];
      if (!job) break;
      const outcome = await this.#attempt(job);
      if (outcome === 'later') {
        this.#running = false;
        this.#wake();
        return;
      }
      if (outcome !== 'done' && !job.refused) refused = outcome;
    }
    this.#running = false;
    this.state.set(refused ? { kind: 'refused', problem: refused } : { kind: 'saved', at: new Date() });
    this.#wake();
  }

  async #attempt(job: Job): Promise<'done' | 'later' | Problem> {
    this.#jobs.shift();
    try {
      this.version = await job.run(this.version);
      this.#failures = 0;
      return 'done';
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem({ code: 'unexpected', status: 400 });
      return this.#failed(job, problem);
    }
  }

  async #failed(job: Job, problem: Problem): Promise<'done' | 'later' | Problem> {
    if (problem.status === 412) return this.#overtaken(job);
    if (passing(problem)) {
      this.#later(job, problem);
      return 'later';
    }
    job.refused?.(problem);
    return problem;
  }

  /** Somebody else changed the draft: what they did is read, then ours is done on top. */
  async #overtaken(job: Job): Promise<'done' | 'later' | Problem> {
    this.#back(job);
    try {
      this.version = await this.#options.reload();
      this.conflicts.set(this.conflicts.value + 1);
      return 'done';
    } catch (error) {
      this.#later(undefined, error instanceof Problem ? error : new Problem({}));
      return 'later';
    }
  }

  #later(job: Job | undefined, problem: Problem): void {
    if (job) this.#back(job);
    this.#failures++;
    this.state.set(problem.status === 401 ? { kind: 'signedout' } : { kind: 'offline', problem });
    const pause = (this.#options.pause ?? 2000) * 2 ** Math.min(this.#failures - 1, 4);
    this.#schedule(Math.min(problem.retryAfter ? problem.retryAfter * 1000 : pause, longest));
  }

  /** Puts a job back to the front, unless a newer one of its key waits already. */
  #back(job: Job): void {
    if (!this.has(job.key)) this.#jobs.unshift(job);
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

/** What may pass by itself: no network, no session, a server that is busy or restarts. */
function passing(p: Problem): boolean {
  return p.status === 0 || p.status === 401 || p.status === 429 || p.status >= 500;
}
