import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Composing, chosen } from './lib/composing.ts';
import { press, tabTo } from './lib/keys.ts';
import { textPdf } from './lib/pdfs.ts';
import { Signing } from './lib/signing.ts';
import { Visitor } from './lib/visitor.ts';
import { words } from './lib/words.ts';
import { World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const says = (key: string, values?: Record<string, string | number>) => words('editor', key, values);

test('a whole envelope is sent and signed without a pointer', async () => {
  const v = await Visitor.open(world);
  await v.go(world.signInLink);
  await press(v.page, v.page.getByRole('button', { name: words('console', 'signin.button') }));
  await v.page.getByRole('heading', { level: 1 }).waitFor();
  const c = new Composing(v);
  await compose(v.page, c);
  const sign = new Signing(await Visitor.open(world));
  await signByKeys(sign, await c.link('Anna Kovács'));
  await world.until(c.envelope, 'delivered');
});

async function compose(page: Page, c: Composing): Promise<void> {
  await press(page, page.getByRole('link', { name: words('console', 'nav.new') }).first());
  const chooser = page.waitForEvent('filechooser');
  const choose = page
    .getByRole('button', { name: says('editor.drop.choose') })
    .or(page.locator('input[type=file]'));
  await press(page, choose.first());
  await (await chooser).setFiles([chosen('Lease.pdf', textPdf(['Lease']))]);
  await page.waitForURL('**/edit');
  const step = (name: string) =>
    page
      .getByRole('navigation', { name: says('editor.steps') })
      .getByRole('button', { name: new RegExp(`^${says(`editor.step.${name}`)}`) });
  await press(page, step('people'));
  await press(page, c.button('editor.people.add'));
  await page.keyboard.type('Anna Kovács');
  await page.keyboard.press('Tab');
  await page.keyboard.type('anna.kovacs@example.org');
  await press(page, step('fields'));
  await press(page, c.kind('signature'));
  await moveByArrows(page);
  await c.saved();
  await press(page, step('send'));
  await press(page, c.button('editor.send.review'));
  const dialog = page.getByRole('dialog');
  await press(page, dialog.getByRole('button', { name: says('editor.review.send'), exact: true }));
  await page.waitForURL(/\/envelopes\/[0-9a-f-]+\?/);
}

/** Arrows move the field that was added by a point, with Shift by ten; the page says where it is. */
async function moveByArrows(page: Page): Promise<void> {
  const field = page.locator('[id^=pdf-field-], .marker').first();
  const before = await field.boundingBox();
  await tabTo(page, field);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  const after = await field.boundingBox();
  expect((after?.x ?? 0) - (before?.x ?? 0)).toBeGreaterThan(8);
}

async function signByKeys(s: Signing, link: string): Promise<void> {
  const page = await s.v.go(link);
  await press(page, page.getByRole('button', { name: words('pages', 'link.open') }));
  await press(page, page.getByRole('checkbox'), 'Space');
  await press(page, page.getByRole('button', { name: words('pages', 'consent.go') }));
  await press(page, page.locator('.pdf-page').getByRole('button', { name: s.says('type.signature') }));
  await press(page, page.getByRole('dialog').locator('.primary'));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The dialog gives the focus back to the field that it was opened from.
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
  await press(page, s.button('bar.review'));
  await press(page, s.act);
  await s.signed();
}
