import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { misfits } from './lib/layout.ts';
import { Visitor } from './lib/visitor.ts';
import { words } from './lib/words.ts';
import { World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const w = (key: string) => words('admin', key);

describe.each([1280, 390])('a certificate of one’s own, at %i px', (width) => {
  test('is requested and deleted again by keyboard alone', async () => {
    const v = await Visitor.open(world, { width });
    await v.signIn();
    const page = await v.go('/certificates');
    await page.getByRole('button', { name: w('bought.request') }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel(w('bought.common_name')).focus();
    await page.keyboard.type('Példa Kft.');
    await page.keyboard.press('Enter');
    const item = page.locator('.request');
    await item.getByText('Példa Kft.').first().waitFor();
    expect(await item.count()).toBe(1);
    const download = page.waitForEvent('download');
    await item.getByRole('button', { name: w('bought.download') }).press('Enter');
    expect((await download).suggestedFilename()).toMatch(/^request-[0-9a-f]{8}\.csr$/);
    expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    await item.getByRole('button', { name: w('bought.bring') }).press('Enter');
    await page.getByLabel(w('bought.pem'), { exact: false }).fill('nothing');
    await page.getByRole('button', { name: w('bought.use') }).press('Enter');
    await page.getByText(w('fault.not_certificates')).waitFor();
    expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    await page.keyboard.press('Escape');
    await item.locator('.button.danger').press('Enter');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: w('bought.delete') })
      .press('Enter');
    await item.waitFor({ state: 'detached' });
  });

  test('says what is wrong with a file, and changes nothing', async () => {
    const v = await Visitor.open(world, { width });
    await v.signIn();
    const page = await v.go('/certificates');
    await page.getByRole('button', { name: w('bought.import') }).click();
    await page
      .getByLabel(w('bought.file'))
      .setInputFiles({ name: 'seal.p12', mimeType: 'application/x-pkcs12', buffer: Buffer.from('nothing') });
    await page.getByLabel(w('bought.password')).fill('secret');
    await page.getByRole('button', { name: w('bought.use') }).click();
    await page.getByText(w('fault.not_pkcs12')).waitFor();
    expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    await page.keyboard.press('Escape');
    expect(await page.getByText(w('bought.source.issued'), { exact: true }).count()).toBe(1);
  });
});
