import { defineConfig } from 'vitest/config';

// Tests that drive the real program with a real browser: `make interop` runs them, after it has built both.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['e2e/lib/setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
