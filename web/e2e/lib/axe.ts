import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, ContextObject } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong on a page as it stands, a line each. */
export async function axe(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(source);
  const results = await page.evaluate(
    async ([tags]) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const run = (context: ContextObject, contrast: boolean): Promise<AxeResults> =>
        axe.run(context, {
          runOnly: { type: 'tag', values: tags ?? [] },
          rules: { 'color-contrast': { enabled: contrast } },
          resultTypes: ['violations'],
        });
      // The text over a page's canvas is there to be read aloud and selected; what is seen is the canvas.
      return [
        await run({ include: [['html']] }, false),
        await run({ include: [['html']], exclude: [['.pdf-text']] }, true),
      ];
    },
    [tags],
  );
  return [...new Set(results.flatMap(lines))];
}

function lines(r: AxeResults): string[] {
  return r.violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} — ${n.failureSummary?.replace(/\s+/g, ' ')}`),
  );
}

/** Waits until nothing moves: a colour half way through a transition has no contrast of its own. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((a) => a.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((a) => a.finished),
    );
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}
