import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe } from './lib/axe.ts';
import { longPdf } from './lib/pdfs.ts';
import { Visitor } from './lib/visitor.ts';
import { World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

describe('the sign-in page', () => {
  for (const dark of [false, true]) {
    test(`is clean in ${dark ? 'dark' : 'light'}`, async () => {
      const v = await Visitor.open(world, { dark });
      const page = await v.go('/sign-in');
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await axe(page)).toEqual([]);
    });
  }
});

test('pages of text can be made and sent', async () => {
  const e = await world.sent(
    'Lease',
    [longPdf(3)],
    [{ name: 'Anna Kovács', email: 'anna@example.org' }],
    [{ recipient: 1 }],
  );
  const v = await Visitor.open(world);
  const page = await v.go(await world.link(e, 1));
  expect(await axe(page)).toEqual([]);
});
