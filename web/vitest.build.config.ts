import { defineConfig } from 'vitest/config';

// What is asserted of the finished builds: run after `npm run build`.
export default defineConfig({ test: { include: ['tools/**/*.build.ts'], environment: 'node' } });
