import { afterAll, afterEach, expect } from 'vitest';
import { closeBrowser, sweep } from './visitor.ts';

// Whatever a test is about, its pages keep to the content policy, talk to their own server and throw nothing.
afterEach(async () => {
  expect(await sweep()).toEqual([]);
});

afterAll(closeBrowser);
