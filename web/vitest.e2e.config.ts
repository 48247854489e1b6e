import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests that drive the real program with a real browser; with CONSIGIL_SCENES=1 the photographs and measurements,
// which are commands of their own: tools/browser.sh.
export default defineConfig({
  resolve: { alias: { '@shared': here('shared'), '@texts': here('../internal/locale/texts') } },
  test: {
    include: [process.env.CONSIGIL_SCENES ? 'e2e/**/*.scene.ts' : 'e2e/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['e2e/lib/setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
