import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { misfits } from './lib/layout.ts';
import { dialogs, screens } from './lib/screens.ts';
import { type Seed, seed } from './lib/seed.ts';
import { type View, Visitor } from './lib/visitor.ts';
import { World } from './lib/world.ts';

let world: World;
let seeded: Seed;

beforeAll(async () => {
  world = await World.start();
  seeded = await seed(world);
});
afterAll(() => world.stop());

// The names alone are known before there is an installation.
const nothing = { id: '' } as Seed['draft'];
const unseeded: Seed = {
  draft: nothing,
  sent: nothing,
  half: nothing,
  done: nothing,
  refused: nothing,
  voided: nothing,
};
const routes = Object.keys(screens(unseeded));

const views: Record<string, View> = {
  desktop: {},
  'desktop, dark': { dark: true },
  tablet: { width: 768 },
  phone: { width: 390 },
  'phone, dark': { width: 390, dark: true },
  'right to left': { language: 'ar' },
  'phone, right to left': { width: 390, language: 'ar' },
  'forced colours': { forcedColors: true },
  'text at 200 %': { largeText: true },
};

describe.each(Object.keys(views))('the console: %s', (view) => {
  test.each(routes)('%s', async (name) => {
    const v = await Visitor.open(world, views[view]);
    await v.signIn();
    const page = await v.go(screens(seeded)[name] ?? '');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForTimeout(400); // what is fetched after the frame stands
    expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  });
});

describe.each(['desktop', 'desktop, dark', 'phone', 'phone, right to left'])(
  'dialogs and steps: %s',
  (view) => {
    test.each(Object.keys(dialogs(unseeded)))('%s', async (name) => {
      const v = await Visitor.open(world, views[view]);
      await v.signIn();
      const { at, open } = dialogs(seeded)[name] ?? {};
      const page = await v.go(at ?? '');
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForTimeout(300);
      await open?.(page);
      await page.waitForTimeout(300);
      expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    });
  },
);
