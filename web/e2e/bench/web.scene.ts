import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { longPdf, textPdf } from '../lib/pdfs.ts';
import { anna } from '../lib/seed.ts';
import { Signing } from '../lib/signing.ts';
import { theBrowser, Visitor } from '../lib/visitor.ts';
import { words } from '../lib/words.ts';
import { World } from '../lib/world.ts';

// Times of both apps, as a person on a slow phone line meets them: `make bench-web`.
const file = fileURLToPath(new URL('../../../docs/proof/bench-web.txt', import.meta.url));
const rounds = Number(process.env.CONSIGIL_ROUNDS ?? 5);

let world: World;
const lines: string[] = [];

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  const version = (await theBrowser()).version();
  const head = `Web apps, ${new Date().toISOString().slice(0, 10)}: Chromium ${version}, ${cpus().length} processors, server on the same machine.
Slow = 1.6 Mbit/s down, 150 ms round trip, processor slowed four times, phone of 390 by 844 px. Median of ${rounds} (worst).
`;
  writeFileSync(file, `${head}\n${lines.join('\n')}\n`);
  await world.stop();
});

const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

function note(what: string, all: number[], limit: number, unit: string, digits = 2): void {
  const shown = (n: number) => n.toFixed(digits);
  const verdict = median(all) <= limit ? 'within' : 'OVER';
  lines.push(
    `${what.padEnd(58)} ${shown(median(all)).padStart(8)} ${unit} (${shown(Math.max(...all))})  limit ${limit} ${unit}: ${verdict}`,
  );
}

/** A phone on a slow line, that has been here never before. */
async function slowly(v: Visitor): Promise<CDPSession> {
  const cdp = await v.context.newCDPSession(v.page);
  await cdp.send('Network.enable');
  await cdp.send('Network.clearBrowserCache');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (0.75 * 1024 * 1024) / 8,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return cdp;
}

/** Largest paint, layout shift and slowest interaction since the page began; asked for before it loads. */
const observe = (page: Page) =>
  page.addInitScript(() => {
    const seen = { lcp: 0, cls: 0, inp: 0 };
    Object.assign(window, { seen });
    type Entry = PerformanceEntry & { value?: number; hadRecentInput?: boolean; interactionId?: number };
    const watch = (type: string, take: (e: Entry) => void, more: object = {}) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
        type,
        buffered: true,
        ...more,
      });
    watch('largest-contentful-paint', (e) => {
      seen.lcp = e.startTime;
    });
    watch('layout-shift', (e) => {
      if (!e.hadRecentInput) seen.cls += e.value ?? 0;
    });
    watch(
      'event',
      (e) => {
        if (e.interactionId) seen.inp = Math.max(seen.inp, e.duration);
      },
      { durationThreshold: 16 },
    );
  });

const seen = (page: Page) =>
  page.evaluate(() => (window as unknown as { seen: { lcp: number; cls: number; inp: number } }).seen);

const contract = () =>
  textPdf(Array.from({ length: 3 }, (_, i) => `Page ${i + 1}\nThe flat has three rooms.\n`.repeat(8)));

async function firstPage(warm: boolean): Promise<{ lcp: number; first: number; cls: number; inp: number }> {
  const e = await world.sent(
    'Lease',
    [contract()],
    [anna],
    [
      { recipient: 1, type: 'text', width: 200, height: 24 },
      { recipient: 1, y: 220 },
    ],
  );
  const s = new Signing(await Visitor.open(world, { width: 390 }));
  await s.consent(await world.link(e, 1));
  const consent = s.page.url();
  await s.v.page.close();
  s.v.page = await s.v.context.newPage();
  const fresh = new Signing(s.v);
  await slowly(s.v);
  await observe(fresh.page);
  await fresh.page.goto(consent);
  await fresh.page.getByRole('checkbox').waitFor();
  await fresh.page.waitForTimeout(warm ? 8000 : 0);
  const { lcp } = await seen(fresh.page);
  await fresh.page.getByRole('checkbox').check();
  const begin = Date.now();
  await fresh.page.getByRole('button', { name: words('pages', 'consent.go') }).click();
  await fresh.page.locator('.pdf-page canvas').first().waitFor({ timeout: 60_000 });
  const first = (Date.now() - begin) / 1000;
  await fresh.fill();
  const { cls, inp } = await seen(fresh.page);
  await s.v.close();
  return { lcp: lcp / 1000, first, cls, inp };
}

async function repeated<T>(what: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < rounds; i++) all.push(await what());
  return all;
}

test('the recipient on a slow phone', { timeout: 600_000 }, async () => {
  const warm = await repeated(() => firstPage(true));
  const cold = await repeated(() => firstPage(false));
  note(
    'consent: largest paint (LCP), slow',
    warm.map((r) => r.lcp),
    1.2,
    's',
  );
  note(
    'first page after Continue, warmed while reading, slow',
    warm.map((r) => r.first),
    1.5,
    's',
  );
  note(
    'first page after Continue, at once, slow',
    cold.map((r) => r.first),
    4.5,
    's',
  );
  note(
    'slowest interaction while signing (INP), slow',
    warm.map((r) => r.inp),
    200,
    'ms',
    0,
  );
  note(
    'layout shift from consent to the last field (CLS)',
    warm.map((r) => r.cls),
    0.05,
    '',
    3,
  );
});

test('the console', { timeout: 120_000 }, async () => {
  await world.sent('Lease', [contract()], [anna], [{ recipient: 1 }]);
  const all = await repeated(async () => {
    const v = await Visitor.open(world);
    await v.signIn();
    await slowly(v);
    await observe(v.page);
    await v.go('/');
    await v.page.getByText('Lease').first().waitFor({ timeout: 30_000 });
    await v.page.waitForTimeout(1500);
    const r = await seen(v.page);
    await v.close();
    return r;
  });
  note(
    'console home: largest paint (LCP), slow, no limit set',
    all.map((r) => r.lcp / 1000),
    4,
    's',
  );
  note(
    'console home: layout shift (CLS)',
    all.map((r) => r.cls),
    0.05,
    '',
    3,
  );
});

/** 500 fields on 300 pages. */
const many = () =>
  Array.from({ length: 500 }, (_, i) => ({
    recipient: 1,
    type: i === 0 ? 'signature' : 'text',
    page: i < 200 ? 1 + Math.floor(i / 20) : 11 + (i % 290),
    x: 40 + 130 * (i % 4),
    y: 60 + 36 * (Math.floor(i / 4) % 20),
    width: 110,
    height: 24,
  }));

test('the editor with 300 pages and 500 fields', { timeout: 120_000 }, async () => {
  const draft = await world.draft('Long', [longPdf(300)], [anna], many());
  const v = await Visitor.open(world);
  await v.signIn();
  await v.go(`/envelopes/${draft.id}/edit`);
  const steps = v.page.getByRole('navigation', { name: words('editor', 'editor.steps') });
  await steps.getByRole('button', { name: new RegExp(words('editor', 'editor.step.fields')) }).click();
  const field = v.page.locator('[id^=pdf-field-]').nth(5);
  await field.waitFor();
  await v.page.locator('.pdf-page canvas').first().waitFor();
  await field.scrollIntoViewIfNeeded();
  const before = await field.boundingBox();
  const frames = await drag(v.page, before);
  const after = await field.boundingBox();
  expect((after?.x ?? 0) - (before?.x ?? 0), 'the field followed the pointer').toBeGreaterThan(100);
  note('editor, 300 pages and 500 fields: script a frame of a drag', frames, 8, 'ms');
  const live = await scrolled(v.page);
  note('editor, 300 pages: live canvases while scrolling', live, 16, '', 0);
  expect(frames.length).toBeGreaterThan(20);
});

/** Script time of each frame while a field is dragged, as the browser's own trace counts it. */
async function drag(
  page: Page,
  at: { x: number; y: number; width: number; height: number } | null,
): Promise<number[]> {
  if (!at) throw new Error('no field to drag');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const spent = async () =>
    (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration')?.value ?? 0;
  const frames = () =>
    page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));
  await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + 60, at.y + 20);
  await frames();
  const all: number[] = [];
  for (let i = 1; i <= 60; i++) {
    const before = await spent();
    await page.mouse.move(at.x + 60 + 3 * i, at.y + 20 + 2 * i);
    await frames();
    all.push(((await spent()) - before) * 1000);
  }
  await page.mouse.up();
  return all;
}

async function scrolled(page: Page): Promise<number[]> {
  const all: number[] = [];
  const scroller = page.locator('.pdf-page').first();
  for (let part = 0; part <= 1; part += 0.05) {
    await scroller.evaluate((e, part) => {
      let s: Element | null = e;
      while (s && s.scrollHeight <= s.clientHeight + 1) s = s.parentElement;
      s?.scrollTo(0, s.scrollHeight * part);
    }, part);
    await page.waitForTimeout(120);
    all.push(await page.locator('canvas').count());
  }
  return all;
}
