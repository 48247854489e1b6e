import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { settled } from '../lib/axe.ts';
import { textPdf } from '../lib/pdfs.ts';
import { dialogs, screens } from '../lib/screens.ts';
import { anna, jonas, type Seed, seed } from '../lib/seed.ts';
import { Signing } from '../lib/signing.ts';
import { type View, Visitor } from '../lib/visitor.ts';
import { words } from '../lib/words.ts';
import { World } from '../lib/world.ts';

// Photographs of every screen and dialog, from one installation: `make shots`.
const folder = fileURLToPath(new URL('../../shots', import.meta.url));

const views: Record<string, View> = {
  desktop: {},
  'desktop-dark': { dark: true },
  phone: { width: 390 },
  'phone-dark': { width: 390, dark: true },
  'desktop-ar': { language: 'ar' },
  'phone-ar': { width: 390, language: 'ar' },
};

let world: World;
let empty: World;
let seeded: Seed;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  world = await World.start();
  empty = await World.start();
  seeded = await seed(world);
});
afterAll(() => Promise.all([world.stop(), empty.stop()]));

async function shoot(page: Page, name: string, view: string): Promise<void> {
  await page.waitForTimeout(350);
  await settled(page);
  await page.screenshot({ path: `${folder}/${name}.${view}.png` });
}

test.each(Object.keys(views))('console: %s', async (view) => {
  const v = await Visitor.open(world, views[view]);
  await v.signIn();
  for (const [name, at] of Object.entries(screens(seeded))) {
    await v.go(at);
    await v.page.getByRole('heading', { level: 1 }).first().waitFor();
    await shoot(v.page, name, view);
  }
  const fresh = await Visitor.open(empty, views[view]);
  await fresh.signIn();
  await fresh.go('/');
  await fresh.page.getByRole('heading', { level: 1 }).first().waitFor();
  await shoot(fresh.page, 'home-first', view);
});

test.each(Object.keys(views))('dialogs: %s', async (view) => {
  const v = await Visitor.open(world, views[view]);
  v.context.setDefaultTimeout(4000);
  await v.signIn();
  for (const [name, { at, open }] of Object.entries(dialogs(seeded))) {
    await v.go(at);
    await v.page.getByRole('heading', { level: 1 }).first().waitFor();
    await v.page.waitForTimeout(300);
    await open(v.page);
    await shoot(v.page, name, view);
  }
});

test.each(Object.keys(views))('recipient: %s', async (view) => {
  const language = views[view]?.language ?? 'en';
  const text = textPdf([
    'Lease\n\nThe flat has three rooms.\nRent is due on the first of each month.',
    'Second page',
  ]);
  const places = [
    { recipient: 1, type: 'text', x: 72, y: 520, width: 220, height: 24, config: { label: 'Place' } },
    { recipient: 1, x: 72, y: 420 },
    { recipient: 2, x: 320, y: 420 },
  ];
  const send = () =>
    world.sent(
      'Lease, Fő utca 12',
      [text, textPdf(['House rules'])],
      [{ ...anna, locale: language }, jonas],
      places,
    );
  const s = new Signing(await Visitor.open(world, views[view]), language);
  const link = await world.link(await send(), 1);
  await s.v.go(link);
  await shoot(s.page, 'signer-1-link', view);
  await s.consent(link);
  await shoot(s.page, 'signer-2-consent', view);
  await s.agree();
  await s.page.locator('.pdf-page canvas').first().waitFor();
  await shoot(s.page, 'signer-3-document', view);
  await s.next.click();
  await shoot(s.page, 'signer-4-field', view);
  if (await s.sheet.isVisible()) await s.sheet.locator('.sheet-foot .primary').click();
  else await s.next.click();
  await s.page.locator('.sheet .give, .pdf-page :focus').first().click();
  for (const way of ['drawn', 'image', 'typed']) {
    await s.page.locator(`input[name=way][value=${way}]`).check({ force: true });
    await shoot(s.page, `signer-5-adopt-${way}`, view);
  }
  await s.adopt();
  if (await s.sheet.isVisible()) await s.sheet.locator('.sheet-foot .primary').click();
  await s.fill();
  await shoot(s.page, 'signer-6-filled', view);
  await s.button('menu.open').click();
  await shoot(s.page, 'signer-7-menu', view);
  await s.page.getByText(s.says('menu.handover')).click();
  await shoot(s.page, 'signer-8-handover', view);
  await s.page.keyboard.press('Escape');
  await s.button('menu.open').click();
  await s.page.getByText(s.says('menu.refuse')).click();
  await shoot(s.page, 'signer-9-refuse', view);
  await s.page.keyboard.press('Escape');
  await s.review();
  await shoot(s.page, 'signer-10-review', view);
  await s.sign();
  await shoot(s.page, 'signer-11-after', view);
});

test.each(Object.keys(views))('verify: %s', async (view) => {
  const document = seeded.done.documents?.[0]?.id;
  const sealed = await world.bytes(`/envelopes/${seeded.done.id}/documents/${document}/file?kind=sealed`);
  const v = await Visitor.open(world, views[view]);
  await v.go('/verify');
  await shoot(v.page, 'verify-1', view);
  const file = { name: 'contract.pdf', mimeType: 'application/pdf', buffer: Buffer.from(sealed) };
  await v.page.locator('input[type=file]').setInputFiles(file);
  const button = v.page.getByRole('button', {
    name: words('verify', 'verify.go', {}, views[view]?.language ?? 'en'),
  });
  if (await button.isVisible()) await button.click();
  await v.page.waitForTimeout(1500);
  await shoot(v.page, 'verify-2-verdict', view);
});
