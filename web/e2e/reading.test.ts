import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from './lib/judges.ts';
import { textPdf } from './lib/pdfs.ts';
import { anna } from './lib/seed.ts';
import { Signing } from './lib/signing.ts';
import { Visitor } from './lib/visitor.ts';
import { World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

test('a tagged document is read out with its headings, paragraphs and tables, and the fields among them', async () => {
  const sample = await world.bytes('/samples/contract');
  const e = await world.sent('Sample', [sample], [anna], [{ recipient: 1 }]);
  const s = new Signing(await Visitor.open(world));
  await s.arrive(await world.link(e, 1));
  const page = s.page.locator('.pdf-page').first();
  await page.getByRole('heading').first().waitFor();
  const tree = await page.ariaSnapshot();
  expect(tree).toMatch(/- heading ".+" \[level=1\]/);
  expect(tree).toMatch(/- heading ".+" \[level=2\]/);
  expect(tree).toMatch(/- paragraph: .+/);
  expect(tree).toMatch(/- table/);
  expect(tree).toMatch(/- (columnheader|rowheader|cell) ".+"/);
  expect(tree).toContain(`- button "${s.says('type.signature')}`);
});

test('the text of a page can be selected', async () => {
  const e = await world.sent('Plain', [textPdf(['The flat has three rooms.'])], [anna], [{ recipient: 1 }]);
  const s = new Signing(await Visitor.open(world));
  await s.arrive(await world.link(e, 1));
  await s.page.getByText('The flat has three rooms.').waitFor({ state: 'attached' });
  const selected = await s.page.evaluate(() => {
    getSelection()?.selectAllChildren(document.querySelector('.pdf-page') as Element);
    return String(getSelection());
  });
  expect(selected).toContain('The flat has three rooms.');
});

const names: Record<string, string> = {
  Latin: 'Őrsi Ágnes Żółć',
  Vietnamese: 'Nguyễn Thị Hạnh',
  Cyrillic: 'Мария Щербакова',
  Greek: 'Αλέξανδρος Παπαδόπουλος',
  Devanagari: 'श्रीमती अनन्या क्षत्रिय',
  Arabic: 'محمد عبد الله',
  Chinese: '王小明',
  Japanese: '山田さくら',
  Korean: '김민준',
};

describe('a typed signature holds the name', () => {
  test.each(Object.keys(names))('in %s', async (script) => {
    const name = names[script] ?? '';
    const e = await world.sent(
      'Names',
      [textPdf(['Names'])],
      [{ name, email: 'somebody@example.org' }],
      [
        { recipient: 1, width: 260 },
        { recipient: 1, type: 'fullname', y: 220, width: 260, height: 24 },
      ],
    );
    const s = new Signing(await Visitor.open(world));
    await s.through(await world.link(e, 1));
    const done = await world.until(e.id, 'delivered');
    const sealed = await world.bytes(
      `/envelopes/${e.id}/documents/${done.documents?.[0]?.id}/file?kind=sealed`,
    );
    const text = (await textOf(world, sealed)).normalize('NFKC');
    // Once in the signature, once as the full name; poppler parts words of some scripts with spaces.
    const bare = (s: string) =>
      [...s.normalize('NFKC').replace(/[\s\u200e\u200f\u202a-\u202e]/g, '')].sort().join('');
    expect(bare(text)).toBe(bare(`Names${name}${name}`));
  });
});
