import { expect, it } from 'vitest';
import { Queue } from './queue';

const settle = () => new Promise((done) => setTimeout(done, 5));

it('does one job at a time, most urgent first, and survives failures', async () => {
  const q = new Queue();
  const done: string[] = [];
  let running = 0;
  const job = (name: string, rank: number, fails = false) => ({
    rank: () => rank,
    run: async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      done.push(name);
      if (fails) throw new Error('no');
    },
  });
  q.add(job('far', 5));
  q.add(job('broken', 0, true));
  q.add(job('near', 1));
  q.add(job('called off', 0))();
  await settle();
  expect(done).toEqual(['broken', 'near', 'far']);
});

it('tells a running job that it is called off', async () => {
  const q = new Queue();
  let aborted = false;
  const cancel = q.add({
    rank: () => 0,
    run: (signal) =>
      new Promise((done) =>
        signal.addEventListener('abort', () => {
          aborted = true;
          done();
        }),
      ),
  });
  await settle();
  cancel();
  await settle();
  expect(aborted).toBe(true);
});
