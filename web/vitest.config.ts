import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      '@shared': fileURLToPath(new URL('shared', import.meta.url)),
      '@texts': fileURLToPath(new URL('../internal/locale/texts', import.meta.url)),
    },
  },
  test: { include: ['{shared,console,signer,tools}/**/*.test.{ts,tsx}'], environment: 'node' },
});
