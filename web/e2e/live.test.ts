import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textPdf } from './lib/pdfs.ts';
import { anna, jonas } from './lib/seed.ts';
import { Sitter } from './lib/sitting.ts';
import { Visitor } from './lib/visitor.ts';
import { words } from './lib/words.ts';
import { eventually, World } from './lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const lease = (title: string) =>
  world.sent(
    title,
    [textPdf(['Lease'])],
    [anna, { ...jonas, locale: 'en' }],
    [{ recipient: 1 }, { recipient: 2, x: 320 }],
  );

/** How many event streams a browser has open, as its pages asked for them and have not given up. */
function streams(v: Visitor): () => number {
  const open = new Set<Request>();
  const ofPage = (page: Page) => {
    for (const r of open) if (r.frame().page() === page) open.delete(r);
  };
  v.page.on('close', () => ofPage(v.page));
  v.context.on('request', (r) => {
    if (r.url().includes('/events/stream')) open.add(r);
  });
  v.context.on('requestfinished', (r) => open.delete(r));
  v.context.on('requestfailed', (r) => open.delete(r));
  // What a closed page had asked for never tells its end.
  v.context.on('page', (page) => page.on('close', () => ofPage(page)));
  return () => open.size;
}

const frame = (page: Page) => page.getByRole('heading', { level: 1 }).first().waitFor();

test('three tabs share one stream, another takes over when its tab closes, and it ends with the session', async () => {
  await lease('Before');
  const v = await Visitor.open(world);
  const count = streams(v);
  await v.signIn();
  await v.go('/');
  await frame(v.page);
  const tabs = [v.page, await v.context.newPage(), await v.context.newPage()];
  for (const tab of tabs.slice(1)) {
    await tab.goto(world.url);
    await frame(tab);
  }
  await eventually('one stream', () => count() === 1);
  const e = await lease('Seen in every tab');
  for (const tab of tabs) await tab.getByText('Seen in every tab').first().waitFor();
  await tabs[0]?.close();
  await eventually('another leader', () => count() === 1);
  await (await Sitter.open(world, await world.link(e, 1))).sign();
  await tabs[1]
    ?.getByText(words('console', 'home.signed', { done: 1, total: 2 }))
    .first()
    .waitFor();
  await v.context.request.delete(`${world.url}/api/v1/sessions/current`, { headers: { Origin: world.url } });
  await eventually('the end of the stream', () => count() === 0);
});

describe('the session ends under an open draft', () => {
  test('nothing typed is lost: the page asks to sign in and saves what was typed meanwhile', async () => {
    const draft = await world.draft('Draft', [textPdf(['Draft'])], [anna], [{ recipient: 1 }]);
    const v = await Visitor.open(world);
    const link = await world.user('Dóra Kiss', `dora-${Date.now()}@example.org`, 'admin');
    await v.signIn(link);
    const { user } = await (await v.context.request.get(`${world.url}/api/v1/users/me`)).json();
    await v.context.request.put(`${world.url}/api/v1/users/me/password`, {
      data: { password: 'a long pass phrase 2026' },
      headers: { Origin: world.url },
    });
    await v.go(`/envelopes/${draft.id}/edit`);
    const steps = v.page.getByRole('navigation', { name: words('editor', 'editor.steps') });
    await steps.getByRole('button', { name: new RegExp(words('editor', 'editor.step.send')) }).click();
    await v.page
      .getByText(new RegExp(words('editor', 'editor.saved', { time: '' })))
      .first()
      .waitFor();
    await v.context.clearCookies();
    const message = v.page.getByLabel(words('editor', 'editor.send.message'));
    await message.fill('Typed after the session had ended.');
    const dialog = v.page.getByRole('dialog');
    await dialog.getByLabel(words('console', 'signin.password')).fill('a long pass phrase 2026');
    const email = dialog.getByLabel(words('console', 'signin.email'));
    if (await email.isEditable()) await email.fill(user.email);
    await dialog.getByRole('button', { name: words('console', 'signin.button') }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await message.inputValue()).toBe('Typed after the session had ended.');
    await eventually('a saved message', async () => {
      const e = await world.api<{ message: string }>('GET', `/envelopes/${draft.id}`);
      return e.message === 'Typed after the session had ended.';
    });
  });

  test('the server is restarted under it, and it goes on by itself', async () => {
    const draft = await world.draft('Draft', [textPdf(['Draft'])], [anna], [{ recipient: 1 }]);
    const v = await Visitor.open(world);
    await v.signIn(await world.user('Éva Nagy', `eva-${Date.now()}@example.org`, 'admin'));
    await v.go(`/envelopes/${draft.id}/edit`);
    const steps = v.page.getByRole('navigation', { name: words('editor', 'editor.steps') });
    await steps.getByRole('button', { name: new RegExp(words('editor', 'editor.step.send')) }).click();
    await world.halt();
    await v.page.getByLabel(words('editor', 'editor.send.message')).fill('Typed while the server was away.');
    await v.page.getByText(words('editor', 'editor.offline')).first().waitFor();
    await world.resume();
    await eventually('a saved message', async () => {
      const e = await world.api<{ message: string }>('GET', `/envelopes/${draft.id}`);
      return e.message === 'Typed while the server was away.';
    });
  });
});
