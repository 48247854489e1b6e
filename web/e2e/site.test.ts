import type { Schemas } from '@shared/api/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { misfits } from './lib/layout.ts';
import { scannedPdf, textPdf } from './lib/pdfs.ts';
import { anna, jonas } from './lib/seed.ts';
import { Sitter } from './lib/sitting.ts';
import { type View, Visitor } from './lib/visitor.ts';
import { words } from './lib/words.ts';
import { World } from './lib/world.ts';

const places = [{ recipient: 1 }, { recipient: 2, x: 320 }];

let world: World;
let sealed: Uint8Array;

beforeAll(async () => {
  world = await World.start();
  const e = await lease();
  for (const n of [1, 2]) await (await Sitter.open(world, await world.link(e, n))).sign();
  const done = await world.until(e.id, 'delivered');
  sealed = await world.bytes(`/envelopes/${e.id}/documents/${done.documents?.[0]?.id}/file?kind=sealed`);
});
afterAll(() => world.stop());

/** A contract that waits for Anna, in the language of her browser. */
function lease(locale = 'en'): Promise<Schemas['EnvelopeView']> {
  const text = textPdf(['Lease\nThe flat has three rooms.']);
  return world.sent('Lease, Fő utca 12', [text], [{ ...anna, locale }, jonas], places);
}

const says = (v: Visitor, key: string) => words('pages', key, {}, v.view.language);

/** The pages that Go renders, and how to come to each. */
const pages: Record<string, (v: Visitor) => Promise<Page>> = {
  link: async (v) => v.go(await world.link(await lease(v.view.language), 1)),
  'used link': async (v) => {
    const link = await world.link(await lease(v.view.language), 1);
    await Sitter.open(world, link);
    return v.go(link);
  },
  consent: async (v) => {
    const page = await v.go(await world.link(await lease(v.view.language), 1));
    await page.getByRole('button', { name: says(v, 'link.open') }).click();
    await page.getByRole('button', { name: says(v, 'consent.go') }).waitFor();
    return page;
  },
  refuse: async (v) => {
    const page = await pages.consent?.(v);
    await page?.getByRole('link', { name: says(v, 'consent.refuse') }).click();
    return page as Page;
  },
  continue: (v) => v.go('/continue#no-such-code'),
  verify: (v) => v.go('/verify'),
  'not found': (v) => v.go('/s/no-such-token'),
};

const views: Record<string, View> = {
  desktop: {},
  'desktop, dark': { dark: true },
  phone: { width: 390 },
  'phone, dark': { width: 390, dark: true },
  'right to left': { language: 'ar' },
  'phone, right to left': { width: 390, language: 'ar' },
  'forced colours': { forcedColors: true },
  'phone, text at 200 %': { width: 390, largeText: true },
};

describe.each(Object.keys(pages))('the %s page', (name) => {
  // Where Go shows the consent and the refusal, scripts add to them: these are the pages without.
  const script = name !== 'refuse';
  test.each(Object.keys(views))('is clean and fits: %s', async (view) => {
    const v = await Visitor.open(world, { ...views[view], script: true });
    if (!script)
      await v.context.route('**/assets/**/*.js', (route) =>
        route.fulfill({ body: '', contentType: 'text/javascript' }),
      );
    const page = (await pages[name]?.(v)) as Page;
    expect(await axe(page)).toEqual([]);
    expect(await misfits(page)).toEqual([]);
  });
});

test('opening a link changes nothing, and using it twice leads back to the sitting', async () => {
  const e = await lease();
  const link = await world.link(e, 1);
  const v = await Visitor.open(world);
  await v.go(link);
  await v.go(link);
  const before = await world.api<{ recipients: { state: string }[] }>('GET', `/envelopes/${e.id}`);
  expect(before.recipients[0]?.state).toBe('notified');
  await v.page.getByRole('button', { name: says(v, 'link.open') }).click();
  await v.page.waitForURL('**/c/*');
  await v.go(link);
  await v.page.getByRole('button', { name: says(v, 'link.resume') }).click();
  await v.page.waitForURL('**/c/*');
  const stranger = await Visitor.open(world);
  await stranger.go(link);
  expect(await stranger.page.getByRole('button', { name: says(stranger, 'link.open') }).count()).toBe(0);
});

test('a press that is pressed twice opens one sitting', async () => {
  const v = await Visitor.open(world, { width: 390 });
  const page = await v.go(await world.link(await lease(v.view.language), 1));
  await page.getByRole('button', { name: says(v, 'link.open') }).dblclick();
  await page.getByRole('button', { name: says(v, 'consent.go') }).waitFor();
});

test('consent can be read and given without JavaScript, up to the file', async () => {
  const v = await Visitor.open(world, { script: false });
  const page = await v.go(await world.link(await lease(v.view.language), 1));
  await page.getByRole('button', { name: says(v, 'link.open') }).click();
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: says(v, 'consent.go') }).click();
  const href = await page.getByRole('link', { name: 'document-1.pdf' }).getAttribute('href');
  const file = await v.context.request.get(world.url + href);
  expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');
});

describe('the verify page', () => {
  const verdicts: [string, () => Uint8Array, RegExp][] = [
    ['what is sealed', () => sealed, /valid/i],
    ['what is not signed', () => scannedPdf(), /no signature|not signed/i],
  ];
  for (const script of [true, false]) {
    test.each(verdicts)(`judges %s ${script ? 'with' : 'without'} JavaScript`, async (_, file, verdict) => {
      const v = await Visitor.open(world, { script });
      const page = await v.go('/verify');
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'file.pdf', mimeType: 'application/pdf', buffer: Buffer.from(file()) });
      const button = page.getByRole('button', { name: words('verify', 'verify.go') });
      if (await button.isVisible()) await button.click();
      await page.getByText(verdict).first().waitFor();
      if (!script) return;
      expect(await axe(page)).toEqual([]);
    });
  }
});
