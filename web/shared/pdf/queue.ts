/** One drawing at a time, most urgent first, so that what the reader sees is never behind what they do not. */

export interface Job {
  /** Smaller is sooner; asked anew at every choice, because the reader moves. */
  rank(): number;
  run(signal: AbortSignal): Promise<void>;
}

interface Waiting extends Job {
  abort: AbortController;
}

export class Queue {
  #waiting: Waiting[] = [];
  #busy = false;

  /** Adds a job and gives what calls it off. */
  add(job: Job): () => void {
    const entry: Waiting = { rank: () => job.rank(), run: (s) => job.run(s), abort: new AbortController() };
    this.#waiting.push(entry);
    // The others that come in the same breath get to be compared.
    queueMicrotask(() => this.#next());
    return () => {
      entry.abort.abort();
      this.#waiting = this.#waiting.filter((w) => w !== entry);
    };
  }

  async #next(): Promise<void> {
    if (this.#busy) return;
    const entry = this.#take();
    if (!entry) return;
    this.#busy = true;
    try {
      await entry.run(entry.abort.signal);
    } catch {
      // Every job tells its owner itself; the queue goes on.
    } finally {
      this.#busy = false;
      queueMicrotask(() => this.#next());
    }
  }

  #take(): Waiting | undefined {
    let best: Waiting | undefined;
    let rank = Number.POSITIVE_INFINITY;
    for (const w of this.#waiting) {
      const r = w.rank();
      if (!best || r < rank) {
        best = w;
        rank = r;
      }
    }
    this.#waiting = this.#waiting.filter((w) => w !== best);
    return best;
  }
}

/** The queue of this window: pages, thumbnails and snippets share the one processor that the reader has. */
export const drawing = new Queue();
