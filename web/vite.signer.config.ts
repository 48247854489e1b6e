import { defineConfig, mergeConfig } from 'vite';
import { common, outDir } from './vite.shared.ts';

export default defineConfig(
  mergeConfig(common('signer', outDir('signer')), {
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { rolldownOptions: { input: { signer: 'signer/entry.ts', verify: 'signer/verify/entry.ts' } } },
  }),
);
