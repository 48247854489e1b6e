import { Problem } from '@shared/api/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Queue } from './queue';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Notes that a job ran, and gives the next version. */
function noting<T>(list: T[], of: (version: number) => T) {
  return async (version: number) => {
    list.push(of(version));
    return version + 1;
  };
}

function queue(reload = async () => 7) {
  return new Queue({ version: 1, savedAt: new Date(0), reload, quiet: 500, pause: 1000 });
}

test('jobs run one after the other, each with the version that the one before made', async () => {
  const q = queue();
  const seen: [string, number][] = [];
  const job = (key: string) => ({ key, run: noting(seen, (v) => [key, v]) });
  q.put(job('a'));
  q.put(job('b'));
  q.put(job('a'));
  expect(q.state.value.kind).toBe('waiting');
  await vi.advanceTimersByTimeAsync(499);
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(seen).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(q.state.value.kind).toBe('saved');
  expect(q.idle).toBe(true);
});

test('what meets no network is kept and told later', async () => {
  const q = queue();
  let online = false;
  const run = vi.fn(async (v: number) => {
    if (!online) throw new Problem({ code: 'offline', status: 0 });
    return v + 1;
  });
  q.put({ key: 'a', run });
  await vi.advanceTimersByTimeAsync(600);
  expect(q.state.value.kind).toBe('offline');
  expect(q.idle).toBe(false);
  const flushed = q.flush();
  await vi.advanceTimersByTimeAsync(10);
  expect(await flushed).toBe(false);
  online = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(q.state.value.kind).toBe('saved');
});

test('a newer job of the same key takes the place of one that failed', async () => {
  const q = queue();
  const told: string[] = [];
  q.put({
    key: 'a',
    run: async () => {
      q.put({ key: 'a', run: noting(told, () => 'new') });
      throw new Problem({ status: 503, code: 'busy' });
    },
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['new']);
});

test('an ended session is said, and saving goes on after the next sign-in', async () => {
  const q = queue();
  let signedIn = false;
  q.put({
    key: 'a',
    run: async (v) => {
      if (!signedIn) throw new Problem({ status: 401, code: 'unauthenticated' });
      return v + 1;
    },
  });
  await vi.advanceTimersByTimeAsync(600);
  expect(q.state.value.kind).toBe('signedout');
  signedIn = true;
  q.retry();
  await vi.advanceTimersByTimeAsync(10);
  expect(q.state.value.kind).toBe('saved');
});

test('when somebody else was faster, theirs is read and ours is done on top', async () => {
  const q = queue(async () => 7);
  const run = vi.fn(async (v: number) => {
    if (v < 7) throw new Problem({ status: 412, code: 'changed' });
    return v + 1;
  });
  q.put({ key: 'a', run });
  await vi.advanceTimersByTimeAsync(600);
  expect(run.mock.calls.map(([v]) => v)).toEqual([1, 7]);
  expect(q.version).toBe(8);
  expect(q.conflicts.value).toBe(1);
});

test('a refusal is told once and does not hold up what comes after', async () => {
  const q = queue();
  const done: string[] = [];
  q.put({ key: 'a', run: () => Promise.reject(new Problem({ status: 422, code: 'too_long' })) });
  q.put({ key: 'b', run: noting(done, () => 'b') });
  await vi.advanceTimersByTimeAsync(600);
  expect(done).toEqual(['b']);
  expect(q.state.value).toMatchObject({ kind: 'refused', problem: { code: 'too_long' } });
  expect(q.idle).toBe(true);
});
