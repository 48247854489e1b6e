import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const web = fileURLToPath(new URL('..', import.meta.url));

/** What each folder may not import: one line a rule. */
const rules: { folder: string; never: RegExp; why: string }[] = [
  {
    folder: 'signer',
    never: /^(react(-dom)?(\/|$)|react-aria|@tanstack\/|preact\/compat|console\/)/,
    why: 'a recipient waits for every byte, and Preact is what they get',
  },
  {
    folder: 'shared',
    never: /^(react(-dom)?(\/|$)|react-aria|@tanstack\/|preact|console\/|signer\/)/,
    why: 'both apps use it, with whatever framework they have',
  },
  { folder: 'console', never: /^(signer\/|preact)/, why: 'the two apps share through shared/ only' },
];

describe('imports', () => {
  for (const { folder, never, why } of rules) {
    test(`${folder} keeps to itself: ${why}`, () => {
      const broken = sources(folder).flatMap((file) =>
        imports(file)
          .filter((what) => never.test(what))
          .map((what) => `${relative(web, file)} imports ${what}`),
      );
      expect(broken).toEqual([]);
    });
  }
  test('shared has no JSX', () => {
    expect(sources('shared').filter((file) => file.endsWith('x'))).toEqual([]);
  });
  test('only shared/tokens.css names colours', () => {
    const found = ['signer', 'console', 'shared']
      .flatMap(styles)
      .filter((file) => !file.endsWith('tokens.css'));
    // Black as a veil is no colour of the design.
    const colour = /#(?!000[0-9a-f]\b)[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/i;
    expect(
      found.filter((file) => colour.test(readFileSync(file, 'utf8'))).map((f) => relative(web, f)),
    ).toEqual([]);
  });
});

describe('what a strict content policy would block', () => {
  const traps =
    /\.(innerHTML|outerHTML)\s*=|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\(|new Function\(|document\.write/;
  for (const folder of ['signer', 'shared', 'console']) {
    test(`${folder} does not try it`, () => {
      const found = sources(folder).filter(
        (file) => !file.includes('.test.') && traps.test(readFileSync(file, 'utf8')),
      );
      expect(found.map((f) => relative(web, f))).toEqual([]);
    });
  }
});

function list(folder: string, kind: RegExp): string[] {
  return readdirSync(join(web, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => kind.test(name))
    .map((name) => join(web, folder, name));
}

const sources = (folder: string) => list(folder, /\.tsx?$/);
const styles = (folder: string) => list(folder, /\.css$/);

/** What a file imports, as a package or as a path from web/. */
function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1] ?? '');
  return found.map((what) => (what.startsWith('.') ? relative(web, join(dirname(file), what)) : what));
}
