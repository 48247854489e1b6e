import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig } from 'vite';
import { common, outDir } from './vite.shared.ts';

export default defineConfig(
  mergeConfig(common('console', outDir('console')), {
    plugins: [react()],
    build: { rolldownOptions: { input: { console: 'console/main.tsx' } } },
  }),
);
