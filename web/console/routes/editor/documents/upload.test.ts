import { Problem } from '@shared/api/client';
import { expect, test, vi } from 'vitest';
import { again } from './upload';

const never = new AbortController().signal;
const at = (status: number) => new Problem({ status, code: 'x' });
const pause = vi.fn(async () => {});

test('what may pass is tried again, what is refused is not', async () => {
  const work = vi.fn().mockRejectedValueOnce(at(0)).mockRejectedValueOnce(at(503)).mockResolvedValue('id');
  expect(await again(work, never, pause)).toBe('id');
  expect(work).toHaveBeenCalledTimes(3);
  const refused = vi.fn().mockRejectedValue(at(422));
  await expect(again(refused, never, pause)).rejects.toMatchObject({ status: 422 });
  expect(refused).toHaveBeenCalledTimes(1);
});

test('nobody waits for ever, and nothing goes on after it was called off', async () => {
  const down = vi.fn().mockRejectedValue(at(0));
  await expect(again(down, never, pause)).rejects.toMatchObject({ status: 0 });
  expect(down).toHaveBeenCalledTimes(6);
  const off = new AbortController();
  off.abort();
  const once = vi.fn().mockRejectedValue(at(0));
  await expect(again(once, off.signal, pause)).rejects.toBeInstanceOf(Problem);
  expect(once).toHaveBeenCalledTimes(1);
});
