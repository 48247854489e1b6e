import type { PageSize } from '@shared/pdf/geometry';
import { type Alignment, align } from './align';
import { keepLook, lookFor } from './defaults';
import { commit, redo, rewrite, undo } from './history';
import { boxOf, inside, limit, moved, placed, rectOf } from './place';
import { chosen, type Draft, documentOf, newKey, type State } from './state';
import type { Box, Config, Field, Fields } from './types';

/** What changes fields. Each is one step of the history; each keeps fields on their pages. */

export function change(d: Draft, next: Fields, tag?: string): void {
  d.patch({ history: commit(d.value.history, next, tag, Date.now()) });
}

/** Changes the chosen fields, or those of a list. */
export function each(d: Draft, fn: (f: Field) => Field, tag?: string, keys = d.value.selected): void {
  const wanted = new Set(keys);
  if (wanted.size === 0) return;
  const next = d.value.history.now.map((f) => (wanted.has(f.key) ? fn(f) : f));
  change(d, next, tag && `${tag}:${keys.join()}`);
}

export function pageOf(s: State, f: { document: string; page: number }): PageSize | undefined {
  return documentOf(s, f.document)?.pages[f.page - 1];
}

export function select(d: Draft, keys: readonly string[]): void {
  d.patch({ selected: keys });
}

export function toggle(d: Draft, key: string): void {
  const now = d.value.selected;
  select(d, now.includes(key) ? now.filter((k) => k !== key) : [...now, key]);
}

/** Places a new field. Without a box it lies in the middle of the page, below what lies there already. */
export function add(
  d: Draft,
  type: string,
  where: { document: string; page: number },
  at?: Partial<Box>,
): Field | undefined {
  const page = pageOf(d.value, where);
  if (!page) return undefined;
  const look = usual(d.value, type);
  const size = { width: at?.width ?? look.width, height: at?.height ?? look.height };
  const box = {
    ...size,
    left: at?.left ?? (page.width - size.width) / 2,
    top: at?.top ?? freeTop(d.value, where, page, size.height),
  };
  const field: Field = {
    key: newKey(),
    document: where.document,
    page: where.page,
    type,
    recipient: d.value.who,
    required: type !== 'checkbox',
    config: look.config,
    ...rectOf(page, inside(page, box)),
  };
  const s = d.value;
  d.patch({ history: commit(s.history, [...s.history.now, field]), selected: [field.key], tool: undefined });
  return field;
}

/** Places a new field of the usual size with its middle at a point. */
export function addAround(
  d: Draft,
  type: string,
  where: { document: string; page: number },
  at: { left: number; top: number },
): Field | undefined {
  const { width, height } = usual(d.value, type);
  return add(d, type, where, { left: at.left - width / 2, top: at.top - height / 2 });
}

/** The size and the settings that a new field of a type gets. */
export function usual(s: State, type: string) {
  return lookFor(
    s.types.find((t) => t.name === type),
    type,
  );
}

/** The first free height from the middle of the page down, so that keyboards do not stack fields. */
function freeTop(
  s: State,
  where: { document: string; page: number },
  page: PageSize,
  height: number,
): number {
  const taken = s.history.now
    .filter((f) => f.document === where.document && f.page === where.page)
    .map((f) => boxOf(page, f));
  const middle = (page.height - height) / 2;
  for (let top = middle; top + height < page.height; top += height + 8) {
    if (!taken.some((b) => b.top < top + height && b.top + b.height > top)) return top;
  }
  return middle;
}

export function remove(d: Draft, keys = d.value.selected): number {
  const gone = new Set(keys);
  const next = d.value.history.now.filter((f) => !gone.has(f.key));
  const count = d.value.history.now.length - next.length;
  if (count > 0) d.patch({ history: commit(d.value.history, next), selected: [] });
  return count;
}

/** Moves the chosen fields by points as the eye sees them. */
export function nudge(d: Draft, dx: number, dy: number, tag = 'nudge'): void {
  const s = d.value;
  const fields = chosen(s);
  for (const [page, group] of byPage(s, fields)) {
    [dx, dy] = limit(
      page,
      group.map((f) => boxOf(page, f)),
      dx,
      dy,
    );
  }
  if (dx === 0 && dy === 0) return;
  each(d, (f) => shift(s, f, (b) => moved(b, dx, dy)), tag);
}

/** Grows or shrinks the chosen fields at their lower right. */
export function grow(d: Draft, dw: number, dh: number): void {
  const s = d.value;
  each(d, (f) => shift(s, f, (b) => ({ ...b, width: b.width + dw, height: b.height + dh })), 'grow');
  keep(d);
}

function shift(s: State, f: Field, fn: (b: Box) => Box): Field {
  const page = pageOf(s, f);
  return page && !f.existing ? placed(f, page, fn(boxOf(page, f))) : f;
}

/** Puts fields into boxes, perhaps on another page. */
export function put(d: Draft, boxes: ReadonlyMap<string, Box>, page?: number): void {
  const s = d.value;
  const next = (f: Field): Field => {
    const box = boxes.get(f.key);
    if (!box || f.existing) return f;
    const on = page === undefined ? f : { ...f, page };
    const size = pageOf(s, on);
    return size ? placed(on, size, box) : f;
  };
  each(d, next, undefined, [...boxes.keys()]);
  keep(d);
}

/** Remembers the size and the settings of the one chosen field for the next of its type. */
function keep(d: Draft): void {
  const [f, more] = chosen(d.value);
  const page = f && pageOf(d.value, f);
  if (!f || more || !page) return;
  const { width, height } = boxOf(page, f);
  keepLook(f.type, { width, height, config: f.config });
}

export function configure(d: Draft, key: string, config: Config): void {
  each(d, (f) => ({ ...f, config }), 'config', [key]);
  keep(d);
}

export function alignChosen(d: Draft, how: Alignment): void {
  const s = d.value;
  const fields = chosen(s).filter((f) => !f.existing);
  const first = fields[0];
  const page = first && pageOf(s, first);
  if (!page) return;
  const same = fields.filter((f) => f.document === first.document && f.page === first.page);
  const ordered = s.selected.map((k) => same.find((f) => f.key === k)).filter((f) => f !== undefined);
  const boxes = align(
    ordered.map((f) => boxOf(page, f)),
    how,
  );
  put(d, new Map(ordered.map((f, i) => [f.key, boxes[i] ?? boxOf(page, f)])));
}

/** Copies of fields a little lower, chosen in place of the originals. */
export function duplicate(
  d: Draft,
  from = chosen(d.value),
  page?: { document: string; page: number },
): Field[] {
  const s = d.value;
  const copies = from.flatMap((f) => copyOf(s, f, page));
  if (copies.length === 0) return [];
  d.patch({
    history: commit(s.history, [...s.history.now, ...copies]),
    selected: copies.map((f) => f.key),
  });
  return copies;
}

function copyOf(s: State, f: Field, to?: { document: string; page: number }): Field[] {
  const on = { ...f, ...to, key: newKey(), existing: undefined };
  const page = pageOf(s, on);
  if (!page) return [];
  const elsewhere = on.page !== f.page || on.document !== f.document;
  const box = boxOf(pageOf(s, f) ?? page, f);
  return [placed(on, page, elsewhere ? box : moved(box, 12, 12))];
}

/** The same field at the same place of every other page of its document that has none there. */
export function toAllPages(d: Draft): number {
  const s = d.value;
  const copies = chosen(s).flatMap((f) =>
    (documentOf(s, f.document)?.pages ?? []).flatMap((_, i) =>
      i + 1 === f.page || hasTwin(s, f, i + 1) ? [] : copyOf(s, f, { document: f.document, page: i + 1 }),
    ),
  );
  if (copies.length > 0) change(d, [...s.history.now, ...copies]);
  return copies.length;
}

function hasTwin(s: State, f: Field, page: number): boolean {
  return s.history.now.some(
    (o) => o.document === f.document && o.page === page && o.type === f.type && o.x === f.x && o.y === f.y,
  );
}

export function stepBack(d: Draft): boolean {
  return travel(d, undo);
}

export function stepOn(d: Draft): boolean {
  return travel(d, redo);
}

function travel(d: Draft, to: typeof undo): boolean {
  const s = d.value;
  const history = to(s.history);
  if (history === s.history) return false;
  // What came back or is another one now is chosen: it is what the next key means.
  const before = new Set(s.history.now);
  const changed = history.now.filter((f) => !before.has(f)).map((f) => f.key);
  const there = new Set(history.now.map((f) => f.key));
  const selected = changed.length > 0 ? changed : s.selected.filter((k) => there.has(k));
  d.patch({ history, selected });
  return true;
}

/** The field that lies nearest to another one on its page. */
export function nearest(s: State, to: Field): Field | undefined {
  const far = (f: Field) => Math.hypot(f.x - to.x, f.y - to.y);
  return s.history.now
    .filter((f) => f.document === to.document && f.page === to.page)
    .reduce<Field | undefined>((best, f) => (best && far(best) <= far(f) ? best : f), undefined);
}

/** After a document was removed, or replaced by another one: its fields go, or move to that one, in all of history. */
export function moveFields(d: Draft, from: string, to?: string): void {
  const s = d.value;
  const carry = (f: Field): Field[] => {
    if (f.document !== from) return [f];
    if (!to || f.existing) return [];
    const on = { ...f, document: to };
    const page = pageOf(s, on);
    return page ? [placed(on, page, boxOf(page, on))] : [];
  };
  d.patch({ history: rewrite(s.history, (all: Fields) => all.flatMap(carry)) });
}

/** After a recipient left, their fields stay, for nobody. */
export function unassign(d: Draft, recipient: string): void {
  const strip = (f: Field): Field => (f.recipient === recipient ? { ...f, recipient: undefined } : f);
  d.patch({ history: rewrite(d.value.history, (all: Fields) => all.map(strip)) });
}

function byPage(s: State, fields: readonly Field[]): [PageSize, Field[]][] {
  const groups = new Map<string, [PageSize, Field[]]>();
  for (const f of fields) {
    const page = pageOf(s, f);
    if (!page || f.existing) continue;
    const name = `${f.document} ${f.page}`;
    const group = groups.get(name) ?? [page, []];
    group[1].push(f);
    groups.set(name, group);
  }
  return [...groups.values()];
}
