import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { consolePages, type Page, signerPages } from './budgets.ts';
import { readBuild } from './manifest.ts';

const dist = process.env.CONSIGIL_WEB_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const builds = { console: readBuild(`${dist}/console`), signer: readBuild(`${dist}/signer`) };

describe('budgets', () => {
  for (const page of [...signerPages(builds.signer), ...consolePages(builds.console)]) {
    test(`${page.name}: at most ${page.limit / 1000} kB in ${page.requests} files`, () => holds(page));
  }
});

function holds(page: Page): void {
  expect(page.bytes, `${page.name} is not in the build: has an entry been renamed?`).toBeGreaterThan(0);
  expect(page.bytes, `bytes of ${page.name} after gzip`).toBeLessThanOrEqual(page.limit);
  expect(page.asked, `files of ${page.name}`).toBeLessThanOrEqual(page.requests);
}

// Names of XML vocabularies, pages that an error message or a licence points to, and ones that a library compares
// with or gives as examples: none is fetched.
const spoken =
  /^https?:\/\/(www\.w3\.org|react\.dev|tanstack\.com|www\.xfa\.org|ns\.adobe\.com|fb\.me|github\.com|www\.apache\.org|example\.(com|org)|foo\.bar)$/;

describe('what is sent', () => {
  for (const [name, build] of Object.entries(builds)) {
    test(`${name} names no other host`, () => {
      const found = readdirSync(build.folder)
        .filter((file) => /\.(m?js|css|html)$/.test(file))
        .flatMap((file) =>
          hosts(readFileSync(`${build.folder}/${file}`, 'utf8')).map((url) => `${file}: ${url}`),
        );
      expect(found).toEqual([]);
    });
    test(`${name} has every file of its manifest`, () => {
      const lost = Object.values(build.chunks).flatMap((c) => [c.file, ...(c.css ?? [])]);
      expect(lost.filter((file) => !existsSync(`${build.folder}/${file}`))).toEqual([]);
    });
  }
  test('the signer page has neither React nor the console in it', () => {
    const foreign = Object.keys(builds.signer.chunks).filter((key) => /react|tanstack|console\//.test(key));
    expect(foreign).toEqual([]);
  });
});

/** The hosts that a text names, with their scheme. */
function hosts(text: string): string[] {
  return [...text.matchAll(/https?:\/\/([a-z0-9-]+\.)+[a-z]{2,}/gi)]
    .map((m) => m[0])
    .filter((url) => !spoken.test(url));
}
