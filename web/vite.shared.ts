import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** pdf.js reads character maps, standard fonts and image decoders when a document asks for them. */
function pdfAssets(into: string): Plugin {
  return {
    name: 'pdf-assets',
    apply: 'build',
    writeBundle() {
      const from = here('node_modules/pdfjs-dist');
      for (const folder of ['cmaps', 'standard_fonts', 'wasm']) {
        cpSync(`${from}/${folder}`, `${into}/pdfjs/${folder}`, {
          recursive: true,
          // Scripts in documents never run, so their interpreter stays at home.
          filter: (path) => !path.includes('quickjs'),
        });
      }
    },
  };
}

/** What both builds share: stable settings for a strict content policy, hashed names, a manifest that Go reads. */
export function common(app: 'console' | 'signer', outDir: string): UserConfig {
  return {
    root: here('.'),
    base: `/assets/${app}/`,
    resolve: { alias: { '@shared': here('shared'), '@texts': here('../internal/locale/texts') } },
    server: { fs: { allow: [here('..')] } },
    plugins: app === 'signer' ? [pdfAssets(outDir)] : [],
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: 'manifest.json',
      target: ['chrome125', 'safari18', 'firefox128'],
      reportCompressedSize: false,
      assetsDir: '.',
    },
    worker: { format: 'es' },
  };
}

/** The folder that --outDir names, or the usual one. */
export function outDir(app: string): string {
  const i = process.argv.indexOf('--outDir');
  return i >= 0 && process.argv[i + 1] ? String(process.argv[i + 1]) : here(`dist/${app}`);
}
