import type { Schemas } from '@shared/api/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { dssVerdicts, textOf } from './lib/judges.ts';
import { misfits } from './lib/layout.ts';
import { textPdf } from './lib/pdfs.ts';
import { anna, jonas } from './lib/seed.ts';
import { Signing } from './lib/signing.ts';
import { type View, Visitor } from './lib/visitor.ts';
import { World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const places = [
  { recipient: 1, x: 72, y: 120 },
  { recipient: 1, type: 'initials', x: 72, y: 60, width: 80, height: 40 },
  { recipient: 1, type: 'text', x: 72, y: 220, width: 220, height: 24, config: { label: 'Place' } },
  {
    recipient: 1,
    type: 'checkbox',
    x: 72,
    y: 260,
    width: 16,
    height: 16,
    config: { label: 'I have the keys' },
  },
  {
    recipient: 1,
    type: 'dropdown',
    x: 72,
    y: 300,
    width: 160,
    height: 24,
    config: { label: 'Floor', options: ['first', 'second'] },
  },
  { recipient: 1, page: 2, x: 72, y: 120 },
  { recipient: 2, x: 320, y: 120 },
];

function lease(locale = 'en'): Promise<Schemas['EnvelopeView']> {
  const text = textPdf(['Lease\nThe flat has three rooms.', 'Second page\nRent is due on the first.']);
  return world.sent('Lease, Fő utca 12', [text], [{ ...anna, locale }, jonas], places);
}

const views: Record<string, View> = {
  desktop: {},
  'desktop, dark': { dark: true },
  tablet: { width: 768 },
  phone: { width: 390 },
  'phone, dark': { width: 390, dark: true },
  'phone lying': { width: 844, height: 390 },
  'right to left': { language: 'ar' },
  'phone, right to left': { width: 390, language: 'ar' },
  'forced colours': { forcedColors: true },
  'reduced motion': { reducedMotion: true },
  'text at 200 %': { largeText: true },
  'phone, text at 200 %': { width: 390, largeText: true },
  'phone of 320': { width: 320 },
};

describe.each(Object.keys(views))('signing: %s', (name) => {
  test('each step is clean and fits', async () => {
    const view = views[name] ?? {};
    const s = new Signing(await Visitor.open(world, view));
    const clean = async (step: string) => {
      expect([await axe(s.page), await misfits(s.page)], step).toEqual([[], []]);
    };
    await s.arrive(await world.link(await lease(view.language), 1));
    await s.page.locator('.pdf-page canvas').first().waitFor();
    await clean('document');
    await s.page.getByRole('button', { name: s.says('menu.open') }).click();
    await clean('menu');
    await s.page.keyboard.press('Escape');
    await s.next.click();
    await clean('first field');
    if (await s.sheet.isVisible()) await s.fillSheet({});
    await s.fill();
    await clean('filled');
    await s.review();
    await clean('review');
    await s.sign();
    await clean('after');
  });
});

test('two people sign, and a judge agrees', async () => {
  const e = await lease();
  const first = new Signing(await Visitor.open(world));
  await first.through(await world.link(e, 1), { Place: 'Győr' });
  const second = new Signing(await Visitor.open(world, { width: 390 }), 'de');
  await second.through(await world.link(e, 2));
  const done = await world.until(e.id, 'delivered');
  const sealed = await world.bytes(
    `/envelopes/${e.id}/documents/${done.documents?.[0]?.id}/file?kind=sealed`,
  );
  expect(await dssVerdicts(world, sealed)).toMatchObject([
    { indication: 'TOTAL_PASSED', format: 'PAdES-BASELINE-T' },
  ]);
  expect(await textOf(world, sealed)).toContain('Győr');
});
