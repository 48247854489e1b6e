import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect } from 'vitest';
import { closeBrowser, photograph, sweep } from './visitor.ts';

const failed = fileURLToPath(new URL('../../shots/failed', import.meta.url));

// Whatever a test is about, its pages keep to the content policy, talk to their own server and throw nothing.
// What a page looked like when its test failed lies in shots/failed.
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await photograph(`${failed}/${`${task.suite?.name ?? ''} ${task.name}`.replace(/[^\w]+/g, '-')}`);
  expect(await sweep()).toEqual([]);
});

afterAll(closeBrowser);
