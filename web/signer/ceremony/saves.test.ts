import { Problem } from '@shared/api/problem';
import { beforeEach, describe, expect, it } from 'vitest';
import { fieldOf, SaveQueue, type SaveState, type Values } from './saves';

let sent: Values[] = [];
let states: SaveState[] = [];
let refused: string[] = [];
let answers: (Problem | undefined)[] = [];
let waiting: { run: () => void; ms: number }[] = [];

const timers = {
  set(run: () => void, ms: number) {
    const one = { run, ms };
    waiting.push(one);
    return one;
  },
  clear(one: unknown) {
    waiting = waiting.filter((w) => w !== one);
  },
};

/** Lets the time pass until the next timer, and what follows it happen. */
async function pass(): Promise<number> {
  const one = waiting.shift();
  one?.run();
  await new Promise((r) => setTimeout(r));
  return one?.ms ?? -1;
}

function queue() {
  const send = async (values: Values) => {
    sent.push(values);
    const p = answers.shift();
    if (p) throw p;
  };
  const on = {
    state: (s: SaveState) => states.push(s),
    refused: (f: string, code: string) => refused.push(`${f} ${code}`),
    taken: () => {},
  };
  return new SaveQueue(send, on, timers);
}

const offline = () => new Problem({ status: 0, code: 'offline' });

beforeEach(() => {
  [sent, states, refused, answers, waiting] = [[], [], [], [], []];
});

describe('the queue of drafts', () => {
  it('waits a moment and sends the newest value of each field', async () => {
    const q = queue();
    q.put('a', '1');
    q.put('b', 'x');
    q.put('a', '12');
    await pass();
    expect(sent).toEqual([{ b: 'x', a: '12' }]);
    expect(q.state).toBe('saved');
    expect(waiting).toEqual([]);
  });

  it('sends what changed during a call in a call of its own, afterwards', async () => {
    const q = queue();
    q.put('a', '1');
    const first = pass();
    q.put('a', '2');
    await first;
    expect(q.unsaved).toEqual({ a: '2' });
    await pass();
    expect(sent).toEqual([{ a: '1' }, { a: '2' }]);
    expect(q.unsaved).toEqual({});
  });

  it('keeps everything while there is no connection, and tries again ever more slowly', async () => {
    const q = queue();
    answers = [offline(), offline(), offline()];
    q.put('a', '1');
    await pass();
    expect(q.state).toBe('offline');
    q.put('b', '2');
    expect([await pass(), await pass()]).toEqual([1000, 2000]);
    expect(q.unsaved).toEqual({ a: '1', b: '2' });
    expect(await pass()).toBe(4000);
    expect(q.state).toBe('saved');
    expect(sent.at(-1)).toEqual({ a: '1', b: '2' });
  });

  it('waits as long as the server asks', async () => {
    const q = queue();
    answers = [new Problem({ status: 429, code: 'rate_limited' }, 7)];
    q.put('a', '1');
    await pass();
    expect(await pass()).toBe(7000);
  });

  it('tries at once when the network comes back', async () => {
    const q = queue();
    answers = [offline()];
    q.put('a', '1');
    await pass();
    q.resume();
    expect(await pass()).toBe(0);
    expect(q.state).toBe('saved');
  });

  it('holds what was typed when the sitting ends, and sends it after resuming', async () => {
    const q = queue();
    answers = [new Problem({ status: 401, code: 'no_sitting' })];
    q.put('a', '1');
    await pass();
    expect(q.state).toBe('ended');
    q.put('b', '2');
    expect(waiting).toEqual([]);
    expect(await q.flush()).toBe(false);
    q.resume();
    await pass();
    expect(sent.at(-1)).toEqual({ a: '1', b: '2' });
    expect(q.state).toBe('saved');
  });

  it('tells which field was refused and sends the others', async () => {
    const q = queue();
    const errors = [{ pointer: '/values/a', code: 'text_too_long' }];
    answers = [new Problem({ status: 422, code: 'text_too_long', errors })];
    q.put('a', 'long');
    q.put('b', 'fine');
    await pass();
    expect(refused).toEqual(['a text_too_long']);
    await pass();
    expect(sent.at(-1)).toEqual({ b: 'fine' });
    expect(q.unsaved).toEqual({});
  });

  it('does not send a refused value for ever when the server names no field', async () => {
    const q = queue();
    answers = [new Problem({ status: 422, code: 'malformed' })];
    q.put('a', 'x');
    await pass();
    expect(refused).toEqual(['a malformed']);
    expect(waiting).toEqual([]);
  });

  it('flushes at once', async () => {
    const q = queue();
    q.put('a', '1');
    expect(await q.flush()).toBe(true);
    expect(sent).toEqual([{ a: '1' }]);
    expect(waiting).toEqual([]);
  });

  it('sends nothing after it was closed', async () => {
    const q = queue();
    q.put('a', '1');
    q.close();
    q.put('b', '2');
    q.resume();
    expect(waiting).toEqual([]);
    expect(sent).toEqual([]);
  });
});

it('reads the field from a pointer', () => {
  expect(fieldOf('/values/abc/text')).toBe('abc');
  expect(fieldOf('/reviewed/abc')).toBeUndefined();
});
