import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { settled } from '../lib/axe.ts';
import { anna } from '../lib/seed.ts';
import { Signing } from '../lib/signing.ts';
import { Sitter } from '../lib/sitting.ts';
import { Visitor } from '../lib/visitor.ts';
import { World } from '../lib/world.ts';

// The three pictures of the README, from the sample agreement; with CONSIGIL_README=1 they replace those in the tree.
const into = process.env.CONSIGIL_README ? '../../../docs/images' : '../../shots/readme';
const folder = fileURLToPath(new URL(into, import.meta.url));
const jonas = { name: 'Jonas Weber', email: 'jonas.weber@example.org' };

type Rect = { page: number; x: number; y: number; width: number; height: number };

let world: World;
let sample: Uint8Array;
let places: Rect[];

beforeAll(async () => {
  world = await World.start();
  const { items } = await world.api<{ items: { id: string }[] }>('GET', '/organizations');
  await world.ask('PATCH', `/organizations/${items[0]?.id}`, { name: 'Duna Homes' });
  const answer = await world.ask('GET', '/samples/contract?locale=en');
  if (!answer.ok) throw new Error(`the sample: ${answer.status} ${await answer.text()}`);
  places = JSON.parse(answer.headers.get('Signature-Places') ?? '[]');
  sample = new Uint8Array(await answer.arrayBuffer());
});
afterAll(() => world.stop());

const fields = () => places.map((rect, i) => ({ ...rect, recipient: i + 1 }));

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(800);
  await settled(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

test('the editor', async () => {
  const draft = await world.draft('Workroom agreement', [sample], [anna, jonas], fields());
  const v = await Visitor.open(world);
  await v.signIn();
  await v.go(`/envelopes/${draft.id}/edit`);
  const field = v.page.locator('[id^=pdf-field-]').first();
  await field.waitFor({ state: 'attached' });
  await field.scrollIntoViewIfNeeded();
  await field.focus();
  await picture(v.page, 'editor');
});

test('signing on a phone', async () => {
  const e = await world.sent('Workroom agreement', [sample], [anna, jonas], fields());
  const s = new Signing(await Visitor.open(world, { width: 390 }));
  await s.arrive(await world.link(e, 1));
  await s.page.locator('.pdf-page canvas').first().waitFor();
  await s.next.click();
  await s.sheet.locator('.give').click();
  await s.adopt();
  await picture(s.page, 'sign');
});

test('an envelope that is under way', async () => {
  const e = await world.sent('Workroom agreement', [sample], [anna, jonas], fields());
  await (await Sitter.open(world, await world.link(e, 1))).sign();
  const v = await Visitor.open(world);
  await v.signIn();
  await v.go(`/envelopes/${e.id}`);
  await v.page.getByText(anna.name).first().waitFor();
  await picture(v.page, 'envelope');
});
