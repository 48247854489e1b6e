import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const css = readFileSync(fileURLToPath(new URL('../shared/tokens.css', import.meta.url)), 'utf8');

/** The light and dark value of a token. */
function token(name: string): [string, string] {
  const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(css)?.[1] ?? '';
  const [light, dark] = value.match(/#[0-9a-f]{6}/g) ?? [];
  if (!light) throw new Error(`no token ${name}`);
  return [light, dark ?? light];
}

/** Contrast as WCAG computes it. axe cannot see it over a canvas, so that it is computed here. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const part = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

const pairs: [string, string, number][] = [];
for (const ground of ['paper', 'ground', 'sunken']) {
  for (const ink of ['ink', 'ink-2', 'accent', 'ok', 'warn', 'bad', 'info']) pairs.push([ink, ground, 4.5]);
  if (ground !== 'sunken') pairs.push(['border', ground, 3]);
}
pairs.push(['on-accent', 'accent', 4.5], ['accent', 'accent-soft', 4.5], ['ink', 'accent-soft', 4.5]);

describe.each(['light', 'dark'])('contrast in %s', (scheme) => {
  const at = scheme === 'light' ? 0 : 1;
  test.each(pairs)('%s on %s is at least %f', (ink, ground, least) => {
    expect(contrast(token(ink)[at], token(ground)[at])).toBeGreaterThanOrEqual(least);
  });
  test('white on the colour of each recipient', () => {
    for (let n = 0; n < 8; n++) expect(contrast(token(`who-${n}`)[0], '#ffffff')).toBeGreaterThanOrEqual(6.2);
  });
});
