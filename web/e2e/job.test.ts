import { describe, expect, test } from 'vitest';
import { Composing, chosen } from './lib/composing.ts';
import { dssVerdicts, textOf } from './lib/judges.ts';
import { textPdf } from './lib/pdfs.ts';
import { Signing } from './lib/signing.ts';
import { Visitor } from './lib/visitor.ts';
import { words } from './lib/words.ts';
import { World } from './lib/world.ts';

const people = [
  { name: 'Anna Kovács', email: 'anna.kovacs@example.org' },
  { name: 'Jonas Weber', email: 'jonas.weber@example.org' },
] as const;

describe.each([1280, 768, 390])('a contract from an empty installation, at %i px', (width) => {
  test('is composed, signed by two people and believed by a judge', async () => {
    const fresh = await World.start();
    try {
      await job(fresh, width);
    } finally {
      await fresh.stop();
    }
  });
});

async function job(world: World, width: number): Promise<void> {
  const sender = await Visitor.open(world, { width });
  await sender.go(world.signInLink);
  await sender.page.getByRole('button', { name: words('console', 'signin.button') }).click();
  await sender.page.getByRole('heading', { level: 1 }).waitFor();
  const c = new Composing(sender);
  await c.begin(chosen('Lease.pdf', textPdf(['Lease\nThe flat has three rooms.', 'Second page'])));
  await c.people(...people);
  await c.step('fields');
  await c.place(people[0].name, 'signature', 0.3, 0.25);
  await c.place(people[0].name, 'text', 0.3, 0.4);
  await c.place(people[1].name, 'signature', 0.7, 0.25);
  await c.saved();
  await c.send();
  const links = [await c.link(people[0].name), await c.link(people[1].name)];
  for (const link of links) {
    const s = new Signing(await Visitor.open(world, { width }));
    await s.through(link, { Text: 'Győr' });
  }
  const done = await world.until(c.envelope, 'delivered');
  const sealed = await world.bytes(
    `/envelopes/${c.envelope}/documents/${done.documents?.[0]?.id}/file?kind=sealed`,
  );
  expect(await dssVerdicts(world, sealed)).toMatchObject([
    { indication: 'TOTAL_PASSED', format: 'PAdES-BASELINE-T', modified: false },
  ]);
  const text = await textOf(world, sealed);
  for (const word of ['Győr', ...people.map((p) => p.name)]) expect(text).toContain(word);
}
