import { Problem } from '@shared/api/problem';
import type { Preview, Receipt, View } from './types';

/** Where the act stands, as far as the page knows. `unsure`: it was sent, and no answer came. */
export type SubmitState =
  | { step: 'ready' }
  | { step: 'sending' }
  | { step: 'unsure' }
  | { step: 'failed'; problem: Problem }
  | { step: 'done'; receipt?: Receipt };

export interface SubmitCalls {
  sign(key: string, reviewed: Preview): Promise<Receipt>;
  read(): Promise<View>;
  wait(ms: number): Promise<void>;
}

/** How often an act that got no answer is looked for, then sent again under its key. */
const tries = 6;

/**
 * One act. Its key and body never change, so that a repeat meets the first one's receipt: whatever happens to
 * the network, the act is done once, and the page says what is true.
 */
export class Submission {
  #calls: SubmitCalls;
  #key: string;
  #reviewed: Preview;
  #on: (s: SubmitState) => void;

  constructor(calls: SubmitCalls, key: string, reviewed: Preview, on: (s: SubmitState) => void) {
    this.#calls = calls;
    this.#key = key;
    this.#reviewed = reviewed;
    this.#on = on;
  }

  async run(): Promise<SubmitState> {
    this.#on({ step: 'sending' });
    let last = new Problem({});
    for (let i = 0; i < tries; i++) {
      const end = await this.#attempt();
      if (!(end instanceof Problem)) return this.#end(end);
      last = end;
      if (!doubtful(last)) return this.#end(await this.#settle(last));
      this.#on({ step: 'unsure' });
      await this.#calls.wait(last.retryAfter ? last.retryAfter * 1000 : Math.min(8000, 500 * 2 ** i));
      if (await this.#done()) return this.#end({ step: 'done' });
    }
    return this.#end({ step: 'failed', problem: last });
  }

  async #attempt(): Promise<SubmitState | Problem> {
    try {
      return { step: 'done', receipt: await this.#calls.sign(this.#key, this.#reviewed) };
    } catch (e) {
      return e instanceof Problem ? e : new Problem({});
    }
  }

  /** What a clear refusal means: signed before in another window is done too. */
  async #settle(p: Problem): Promise<SubmitState> {
    if ((p.status === 409 || p.status === 410) && (await this.#done())) return { step: 'done' };
    return { step: 'failed', problem: p };
  }

  async #done(): Promise<boolean> {
    try {
      return (await this.#calls.read()).recipient_state === 'done';
    } catch {
      return false;
    }
  }

  #end(s: SubmitState): SubmitState {
    this.#on(s);
    return s;
  }
}

/** Whether the act may have been done although the answer says otherwise. */
export function doubtful(p: Problem): boolean {
  return p.status === 0 || p.status >= 500 || p.status === 429 || p.status === 408 || p.code === 'busy';
}
