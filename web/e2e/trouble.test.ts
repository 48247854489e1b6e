import type { Schemas } from '@shared/api/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longPdf, scannedPdf, textPdf } from './lib/pdfs.ts';
import { anna } from './lib/seed.ts';
import { Signing } from './lib/signing.ts';
import { Visitor } from './lib/visitor.ts';
import { eventually, World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const jonas = { name: 'Jonas Weber', email: 'jonas.weber@example.org' };
const places = [
  { recipient: 1, type: 'text', x: 72, y: 220, width: 220, height: 24, config: { label: 'Place' } },
  { recipient: 1, x: 72, y: 120 },
  { recipient: 2, x: 320, y: 120 },
];

const lease = () => world.sent('Lease', [textPdf(['Lease\nThree rooms.'])], [anna, jonas], places);

/** How often a recipient has signed, as the record has it. */
async function acts(e: Schemas['EnvelopeView'], type = 'recipient.signed'): Promise<number> {
  const { items } = await world.api<{ items: { type: string }[] }>(
    'GET',
    `/envelopes/${e.id}/events?limit=200`,
  );
  return items.filter((event) => event.type === type).length;
}

const place = (s: Signing) => s.page.getByRole('textbox', { name: 'Place' });

test('two people sign at the same moment', async () => {
  const e = await lease();
  const both = await Promise.all([1, 2].map(async () => new Signing(await Visitor.open(world))));
  for (const [i, s] of both.entries()) {
    await s.arrive(await world.link(e, i + 1));
    await s.fill();
    await s.review();
  }
  await Promise.all(both.map((s) => s.act.click()));
  // Whoever came second may be shown the page anew, with what the first has entered.
  for (const s of both) {
    await eventually(
      'a signature or a fresh look',
      async () => (await s.page.title()).startsWith('Signed') || (await s.act.isEnabled()),
    );
    if (!(await s.page.title()).startsWith('Signed')) await s.sign();
    await s.signed();
  }
  expect(await acts(e)).toBe(2);
  await world.until(e.id, 'delivered');
});

describe('the network is lost while the act is sent', () => {
  for (const arrived of [true, false]) {
    test(arrived ? 'after the server has taken it' : 'before it got there', async () => {
      const e = await lease();
      const s = new Signing(await Visitor.open(world));
      await s.arrive(await world.link(e, 1));
      await s.fill();
      await s.review();
      let lost = 0;
      await s.page.route('**/sign', async (route) => {
        if (lost++ > 0) return route.continue();
        if (arrived) await route.fetch();
        await route.abort('connectionreset');
      });
      await s.act.click();
      await s.signed();
      expect(await acts(e)).toBe(1);
    });
  }
});

test('the server is restarted under an open page: nothing typed is lost', async () => {
  const e = await lease();
  const s = new Signing(await Visitor.open(world));
  await s.arrive(await world.link(e, 1));
  await world.halt();
  await place(s).fill('Győr, under a restart');
  await s.page.getByText(s.says('save.offline')).waitFor();
  await world.resume();
  await s.page.getByText(s.says('save.saved'), { exact: true }).waitFor({ timeout: 30_000 });
  await s.page.reload();
  await s.page.locator('.pages').waitFor();
  expect(await place(s).inputValue()).toBe('Győr, under a restart');
  await s.fill();
  await s.review();
  await s.sign();
  // The stream of a page lives through a restart as well: the end is told without a reload.
});

test('the sitting ends under the page: what was typed waits, and is saved after the link is opened again', async () => {
  const e = await lease();
  const v = await Visitor.open(world);
  const s = new Signing(v);
  await s.arrive(await world.link(e, 1));
  await v.context.clearCookies();
  await place(s).fill('typed too late');
  await s.page.getByText(s.says('back.title')).waitFor();
  expect(await place(s).inputValue()).toBe('typed too late');
  const link = await world.link(e, 1);
  const tab = await v.context.newPage();
  await tab.goto(link);
  await tab.locator('form.act button').click();
  await tab.locator('.pages').waitFor();
  await s.page.bringToFront();
  await s.page.getByText(s.says('save.saved'), { exact: true }).waitFor({ timeout: 30_000 });
  await tab.reload();
  expect(await tab.getByRole('textbox', { name: 'Place' }).inputValue()).toBe('typed too late');
});

test('a sitting goes on on another device, and the first one says so', async () => {
  const e = await lease();
  const first = new Signing(await Visitor.open(world));
  await first.arrive(await world.link(e, 1));
  await place(first).fill('typed at the desk');
  await first.page.getByText(first.says('save.saved'), { exact: true }).waitFor();
  await first.button('menu.open').click();
  await first.page.getByText(first.says('menu.handover')).click();
  const address = first.page.getByRole('dialog').getByRole('textbox');
  const link = await address.inputValue();
  const phone = new Signing(await Visitor.open(world, { width: 390 }), 'en');
  await phone.v.go(link);
  await phone.page.locator('#continue-form button').click();
  await phone.page.locator('.pages').waitFor();
  await first.page
    .getByRole('heading', { name: first.says('ended.sitting_ended') })
    .waitFor({ timeout: 20_000 });
  await phone.fill();
  await phone.review();
  await phone.page.getByText('typed at the desk').waitFor();
  await phone.sign();
});

test('somebody refuses: who is told stands there first, and nothing is signed', async () => {
  const e = await lease();
  const s = new Signing(await Visitor.open(world, { width: 390 }));
  await s.arrive(await world.link(e, 1));
  await s.button('menu.open').click();
  await s.page.getByText(s.says('menu.refuse')).click();
  const dialog = s.page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('The rent is wrong.');
  await dialog.getByRole('button', { name: s.says('refuse.do'), exact: true }).click();
  await s.page.getByRole('heading', { name: s.says('ended.refused_by_you') }).waitFor();
  await world.until(e.id, 'declined');
  expect(await acts(e)).toBe(0);
});

test('a file of 300 pages opens at once and keeps few pictures alive', async () => {
  const e = await world.sent('Long', [longPdf(300)], [anna], [{ recipient: 1, page: 300 }]);
  const s = new Signing(await Visitor.open(world));
  await s.arrive(await world.link(e, 1));
  await s.page.locator('.pdf-page canvas').first().waitFor();
  let most = 0;
  for (let page = 1; page <= 300; page += 23) {
    await s.page.locator('.pages').evaluate((e, part) => e.scrollTo(0, e.scrollHeight * part), page / 300);
    await s.page.waitForTimeout(120);
    most = Math.max(most, await s.page.locator('.pages canvas').count());
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(8);
  await s.fill();
  await s.review();
  await s.sign();
});

test('a scanned file is warned of', async () => {
  const e = await world.sent('Scan', [scannedPdf()], [anna], [{ recipient: 1 }]);
  const s = new Signing(await Visitor.open(world));
  await s.arrive(await world.link(e, 1));
  await s.page.getByText(s.says('scanned')).waitFor();
});
