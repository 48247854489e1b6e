import { type Build, closure, cost, files } from './manifest.ts';

/** A page, what it may weigh (bytes after gzip) and how many files it may ask for. */
export interface Page {
  name: string;
  limit: number;
  requests: number;
  bytes: number;
  asked: number;
}

const kB = 1000;
const texts = (name: string) => `../internal/locale/texts/en/${name}.json`;

/** The pages of the signer build. Dialogs and what follows the document come while people read: the last line. */
export function signerPages(b: Build): Page[] {
  const entry = ['signer/entry.ts', texts('signer')];
  const document = [...entry, 'signer/ceremony/main.tsx'];
  return [
    page(b, 'consent', 15 * kB, 4, ['signer/entry.ts']),
    page(b, 'document', 35 * kB, 12, document),
    page(b, 'signing to the end', 60 * kB, 32, [...document, ...keysUnder(b, 'signer/ceremony/')]),
    page(b, 'verify', 25 * kB, 7, ['signer/verify/entry.ts', texts('verify')]),
  ];
}

/** The pages of the console: the shell, then what each route adds. */
export function consolePages(b: Build): Page[] {
  const shell = ['console/main.tsx', texts('console')];
  const before = files(b, closure(b, shell));
  const pages = [page(b, 'console shell', 130 * kB, 8, shell)];
  for (const key of keysUnder(b, 'console/routes/')) {
    const editor = key.startsWith('console/routes/editor/');
    pages.push(
      page(b, `route ${key.slice('console/routes/'.length)}`, (editor ? 25 : 60) * kB, 16, [key], before),
    );
  }
  return pages;
}

function page(
  b: Build,
  name: string,
  limit: number,
  requests: number,
  keys: string[],
  before?: Set<string>,
): Page {
  const c = cost(b, keys, before);
  return { name, limit, requests, bytes: c.bytes, asked: c.requests };
}

function keysUnder(b: Build, folder: string): string[] {
  return Object.keys(b.chunks).filter((key) => key.startsWith(folder));
}
