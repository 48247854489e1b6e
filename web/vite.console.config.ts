import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig } from 'vite';
import { common, outDir } from './vite.shared.ts';

const frame =
  /node_modules\/(react|react-dom|scheduler|@tanstack|openapi-fetch)\/|vite\/preload-helper|web\/console\/(parts|shell|[\w.]+$)|web\/shared\/(?!pdf)[\w./]+$/;

export default defineConfig(
  mergeConfig(common('console', outDir('console')), {
    plugins: [react()],
    build: {
      rolldownOptions: {
        input: { console: 'console/main.tsx' },
        // What every screen needs is one file, not twenty small ones: fewer requests, and it shrinks better.
        output: { codeSplitting: { groups: [{ name: 'frame', test: frame }] } },
      },
    },
  }),
);
