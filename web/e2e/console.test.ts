import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { misfits } from './lib/layout.ts';
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

/** Every screen of the console, by its address. */
const routes: Record<string, () => string> = {
  home: () => '/',
  'home, filtered': () => '/?group=waiting&text=lease',
  'home, nothing found': () => '/?text=nothing-has-this-name',
  draft: () => `/envelopes/${seeded.draft.id}`,
  editor: () => `/envelopes/${seeded.draft.id}/edit`,
  'envelope, sent': () => `/envelopes/${seeded.sent.id}`,
  'envelope, half': () => `/envelopes/${seeded.half.id}`,
  'envelope, done': () => `/envelopes/${seeded.done.id}`,
  'envelope, refused': () => `/envelopes/${seeded.refused.id}`,
  'envelope, voided': () => `/envelopes/${seeded.voided.id}`,
  'no such envelope': () => '/envelopes/01a20564-0000-7000-8000-000000000000',
  new: () => '/new',
  messages: () => '/messages',
  users: () => '/users',
  'API keys': () => '/api-keys',
  certificates: () => '/certificates',
  audit: () => '/audit',
  settings: () => '/settings',
  branding: () => '/branding',
  account: () => '/account',
  'sign-in': () => '/sign-in',
  'not found': () => '/envelopes/nothing/here/at/all',
};

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
  test.each(Object.keys(routes))('%s', async (name) => {
    const v = await Visitor.open(world, views[view]);
    await v.signIn();
    const page = await v.go(routes[name]?.() ?? '/');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForTimeout(400); // what is fetched after the frame stands
    expect([await axe(page), await misfits(page)]).toEqual([[], []]);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  });
});
