import { beforeEach, expect, test } from 'vitest';
import { forgetLooks } from './defaults';
import * as edit from './edit';
import { boxOf } from './place';
import { sampleDraft } from './sample';
import type { Draft } from './state';

beforeEach(forgetLooks);

const first = { document: 'd1', page: 1 };
const boxes = (d: Draft) =>
  d.value.history.now.map((f) => {
    const page = edit.pageOf(d.value, f);
    return page && boxOf(page, f);
  });

test('a new field lies in the middle, the next below it, and both can be undone and done again', () => {
  const d = sampleDraft();
  edit.add(d, 'signature', first);
  edit.add(d, 'signature', first);
  const [a, b] = boxes(d);
  expect(a?.left).toBeCloseTo((595 - 160) / 2, 1);
  expect((b?.top ?? 0) - (a?.top ?? 0)).toBeCloseTo(44 + 8, 1);
  expect(edit.stepBack(d)).toBe(true);
  expect(edit.stepBack(d)).toBe(true);
  expect(edit.stepBack(d)).toBe(false);
  expect(d.value.history.now).toHaveLength(0);
  expect(d.value.selected).toHaveLength(0);
  edit.stepOn(d);
  edit.stepOn(d);
  expect(boxes(d)).toEqual([a, b]);
});

test('fields stay on their page whatever one does to them', () => {
  const d = sampleDraft();
  edit.add(d, 'text', first, { left: 590, top: 835 });
  edit.nudge(d, 50, 50);
  edit.grow(d, 500, 900);
  const [b] = boxes(d);
  expect((b?.left ?? 0) + (b?.width ?? 0)).toBeLessThanOrEqual(595.01);
  expect((b?.top ?? 0) + (b?.height ?? 0)).toBeLessThanOrEqual(842.01);
});

test('held arrow keys are one step of the history', () => {
  const d = sampleDraft();
  edit.add(d, 'text', first);
  for (let i = 0; i < 30; i++) edit.nudge(d, 1, 0);
  edit.stepBack(d);
  expect(boxes(d)[0]?.left).toBeCloseTo((595 - 160) / 2, 1);
});

test('what an undo or a redo brings back is chosen; what it takes leads to its neighbour', () => {
  const d = sampleDraft();
  const one = edit.add(d, 'text', first, { left: 100, top: 100 });
  edit.add(d, 'text', first, { left: 100, top: 700 });
  edit.select(d, [one?.key ?? '']);
  const [copy] = edit.duplicate(d);
  edit.stepBack(d);
  expect(d.value.selected).toEqual([]);
  expect(copy && edit.nearest(d.value, copy)?.key).toBe(one?.key);
  edit.stepOn(d);
  expect(d.value.selected).toEqual([copy?.key]);
  edit.remove(d);
  edit.stepBack(d);
  expect(d.value.selected).toEqual([copy?.key]);
});

test('a page turned by 90 degrees moves fields the way the eye sees it', () => {
  const d = sampleDraft();
  const f = edit.add(d, 'text', { document: 'd2', page: 1 }, { left: 100, top: 50 });
  edit.nudge(d, 10, 0);
  const [b] = boxes(d);
  expect(b?.left).toBeCloseTo(110, 1);
  expect(b?.top).toBeCloseTo(50, 1);
  const now = d.value.history.now[0];
  expect((now?.y ?? 0) - (f?.y ?? 0)).toBeCloseTo(10, 1);
});

test('the size of the last of a type is that of the next', () => {
  const d = sampleDraft();
  edit.add(d, 'text', first);
  edit.grow(d, 40, 10);
  edit.add(d, 'text', first);
  const [a, b] = boxes(d);
  expect([b?.width, b?.height]).toEqual([a?.width, a?.height]);
});

test('copies go to every other page once', () => {
  const d = sampleDraft();
  edit.add(d, 'text', first);
  expect(edit.toAllPages(d)).toBe(2);
  expect(edit.toAllPages(d)).toBe(0);
  expect(d.value.history.now.map((f) => f.page)).toEqual([1, 2, 3]);
});

test('a replaced document takes its fields along, in the history too; a removed one does not', () => {
  const d = sampleDraft();
  edit.add(d, 'text', { document: 'd1', page: 3 });
  edit.add(d, 'signature', first);
  const [doc] = d.value.documents;
  const shorter = { ...doc, id: 'd9', pages: doc?.pages.slice(0, 1) ?? [], page_count: 1 };
  d.patch({ documents: [shorter as never, ...d.value.documents.slice(1)] });
  edit.moveFields(d, 'd1', 'd9');
  expect(d.value.history.now.map((f) => [f.document, f.page])).toEqual([['d9', 1]]);
  edit.stepBack(d);
  expect(d.value.history.now).toHaveLength(0);
});

test('whoever leaves, their fields stay for nobody', () => {
  const d = sampleDraft();
  edit.add(d, 'text', first);
  edit.unassign(d, 'r1');
  expect(d.value.history.now[0]?.recipient).toBeUndefined();
});
