import { t } from '@shared/i18n';
import type { PageStack } from '@shared/pdf/stack';
import * as edit from '../model/edit';
import { around, boxOf, minSide, moved, overlap } from '../model/place';
import { type Lines, linesOf, snapEdges, snapMove } from '../model/snap';
import { chosen, type Draft, documentOf } from '../model/state';
import type { Box, Doc, Field } from '../model/types';
import { typeName, whereIs } from '../model/words';
import { Guides } from './guides';
import type { FieldLayer } from './layer';
import { type Moved, pageUnder, track } from './track';

/** How near, in CSS pixels, an edge must come to a line to meet it. */
const reach = 6;

export interface Table {
  draft: Draft;
  document: string;
  stack: PageStack;
  layer: FieldLayer;
  scroller: HTMLElement;
  say(text: string): void;
}

/** What a pointer does on the pages: choose, move, resize, place, draw, and choose by a rubber band. */
export class Gestures {
  #t: Table;
  #guides = new Guides();

  constructor(table: Table) {
    this.#t = table;
  }

  down = (e: PointerEvent): void => {
    if (e.button !== 0 || !(e.target instanceof Element)) return;
    const page = e.target.closest<HTMLElement>('.pdf-page');
    if (!page) return;
    const number = Number(page.dataset.page);
    const key = e.target.closest<HTMLElement>('.fld')?.dataset.key;
    const tool = this.#t.draft.value.tool;
    const edges = e.target.closest<HTMLElement>('.fld-handle')?.dataset.edge;
    if (tool) this.#draw(e, number, page, tool);
    else if (!key) this.#band(e, number, page);
    else if (edges) this.#resize(e, key, edges);
    else this.#grab(e, key);
  };

  #grab(e: PointerEvent, key: string): void {
    const d = this.#t.draft;
    const was = d.value.selected.includes(key);
    if (e.shiftKey || e.ctrlKey || e.metaKey) {
      edit.toggle(d, key);
      return;
    }
    // On a touch screen a finger on a field that is not chosen may want to scroll.
    if (!was && e.pointerType !== 'touch') edit.select(d, [key]);
    if (was || e.pointerType !== 'touch') this.#move(e);
    else track(e, this.#t.scroller, { move: () => {}, end: (_, far) => !far && edit.select(d, [key]) });
  }

  #move(e: PointerEvent): void {
    const d = this.#t.draft;
    const grabbed = d.value.history.now.find((f) => f.key === keyAt(e));
    const page = grabbed && this.#doc?.pages[grabbed.page - 1];
    if (!grabbed || !page) return;
    const group = chosen(d.value).filter((f) => !f.existing && sameSheet(f, grabbed));
    if (group.length === 0) return;
    const boxes = group.map((f) => boxOf(page, f));
    const whole = around(boxes);
    const lines = this.#lines(grabbed.page, new Set(group.map((f) => f.key)));
    const sheet = this.#t.stack.element(grabbed.page);
    let step = { dx: 0, dy: 0 };
    const slide = (x: number, y: number) => {
      for (const f of group) this.#t.layer.markers.get(f.key)?.slide(x, y);
    };
    const settle = () => {
      slide(0, 0);
      this.#guides.hide();
      sheet.style.zIndex = '';
    };
    track(e, this.#t.scroller, {
      move: (m) => {
        sheet.style.zIndex = '1';
        step = this.#snapped(m, whole, lines, grabbed.page);
        slide(step.dx * this.#scale, step.dy * this.#scale);
      },
      cancel: settle,
      end: (m, far) => {
        settle();
        if (far) this.#drop(m, group, boxes, grabbed.page, step);
        else if (group.length > 1) edit.select(d, [grabbed.key]);
      },
    });
  }

  /** How far the group goes, in points, with the lines that it meets. Alt goes past them. */
  #snapped(m: Moved, whole: Box, lines: Lines, page: number): { dx: number; dy: number } {
    const dx = m.dx / this.#scale;
    const dy = m.dy / this.#scale;
    if (m.event.altKey) {
      this.#guides.hide();
      return { dx, dy };
    }
    const snap = snapMove(moved(whole, dx, dy), lines, reach / this.#scale);
    const overlay = this.#t.stack.overlay(page);
    const size = this.#doc?.pages[page - 1];
    if (overlay && size) this.#guides.show(overlay, size, snap.guides);
    return { dx: dx + snap.dx, dy: dy + snap.dy };
  }

  #drop(m: Moved, group: Field[], boxes: Box[], page: number, step: { dx: number; dy: number }): void {
    const under = pageUnder(m.x, m.y);
    const target = under?.page ?? page;
    const [ox, oy] = target === page ? [0, 0] : this.#between(page, target);
    const places = group.map((f, i): [string, Box] => [
      f.key,
      moved(boxes[i] ?? boxes[0] ?? noBox, step.dx + ox, step.dy + oy),
    ]);
    edit.put(this.#t.draft, new Map(places), target === page ? undefined : target);
    this.#sayPlace();
  }

  /** From one page's corner to another's, in points. */
  #between(from: number, to: number): [number, number] {
    const a = this.#t.stack.element(from).getBoundingClientRect();
    const b = this.#t.stack.element(to).getBoundingClientRect();
    return [(a.left - b.left) / this.#scale, (a.top - b.top) / this.#scale];
  }

  #resize(e: PointerEvent, key: string, edges: string): void {
    const field = this.#t.draft.value.history.now.find((f) => f.key === key);
    const page = field && this.#doc?.pages[field.page - 1];
    const marker = this.#t.layer.markers.get(key);
    if (!field || !page || !marker) return;
    e.preventDefault();
    const from = boxOf(page, field);
    const lines = this.#lines(field.page, new Set([key]));
    let box = from;
    track(e, this.#t.scroller, {
      move: (m) => {
        box = pulled(from, edges, m.dx / this.#scale, m.dy / this.#scale);
        if (!m.event.altKey) box = this.#snapEdge(box, edges, lines, field.page);
        marker.place(box);
      },
      cancel: () => {
        marker.place(from);
        this.#guides.hide();
      },
      end: (_, far) => {
        this.#guides.hide();
        if (!far) return;
        marker.place(from);
        edit.put(this.#t.draft, new Map([[key, box]]));
        this.#saySize();
      },
    });
  }

  #snapEdge(box: Box, edges: string, lines: Lines, page: number): Box {
    const x = edges.includes('w') ? box.left : edges.includes('e') ? box.left + box.width : undefined;
    const y = edges.includes('n') ? box.top : edges.includes('s') ? box.top + box.height : undefined;
    const snap = snapEdges({ x, y }, lines, reach / this.#scale);
    const overlay = this.#t.stack.overlay(page);
    const size = this.#doc?.pages[page - 1];
    if (overlay && size) this.#guides.show(overlay, size, snap.guides);
    return pulled(box, edges, snap.dx, snap.dy);
  }

  /** Places the armed type: with a click at its usual size, with a drag as large as was drawn. */
  #draw(e: PointerEvent, page: number, sheet: HTMLElement, tool: string): void {
    e.preventDefault();
    const frame = rubber(sheet);
    const at = local(e, sheet, this.#scale);
    let drawn: Box | undefined;
    track(e, this.#t.scroller, {
      move: (m) => {
        drawn = between(at, m.dx / this.#scale, m.dy / this.#scale);
        this.#frame(frame, drawn, page);
      },
      cancel: () => frame.remove(),
      end: (m) => {
        frame.remove();
        const large = drawn && drawn.width > 10 && drawn.height > 8 ? drawn : undefined;
        this.#place(tool, page, large ?? { at });
        if (m.event.shiftKey) this.#t.draft.patch({ tool });
      },
    });
  }

  #place(tool: string, page: number, where: Box | { at: Point }): void {
    const place = { document: this.#t.document, page };
    const field =
      'at' in where
        ? edit.addAround(this.#t.draft, tool, place, where.at)
        : edit.add(this.#t.draft, tool, place, where);
    if (!field) return;
    const doc = this.#doc;
    this.#t.say(t('editor.said.placed', { type: typeName(tool), page, ...whereIs(doc, field) }));
    requestAnimationFrame(() => this.#t.layer.markers.get(field.key)?.element.focus({ preventScroll: true }));
  }

  /** A new field dropped from the palette with its middle under the pointer. */
  dropNew(tool: string, x: number, y: number): boolean {
    const under = pageUnder(x, y);
    if (!under || !this.#t.scroller.contains(under.element)) return false;
    const box = under.element.getBoundingClientRect();
    const at = { left: (x - box.left) / this.#scale, top: (y - box.top) / this.#scale };
    this.#place(tool, under.page, { at });
    return true;
  }

  #band(e: PointerEvent, page: number, sheet: HTMLElement): void {
    const d = this.#t.draft;
    if (e.pointerType === 'touch') {
      track(e, this.#t.scroller, { move: () => {}, end: (_, far) => !far && edit.select(d, []) });
      return;
    }
    e.preventDefault();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const frame = rubber(sheet);
    const at = local(e, sheet, this.#scale);
    const kept = e.shiftKey ? d.value.selected : [];
    track(e, this.#t.scroller, {
      move: (m) => this.#frame(frame, between(at, m.dx / this.#scale, m.dy / this.#scale), page),
      cancel: () => frame.remove(),
      end: (m, far) => {
        frame.remove();
        const band = between(at, m.dx / this.#scale, m.dy / this.#scale);
        const inside = far ? this.#within(page, band) : [];
        edit.select(d, [...new Set([...kept, ...inside])]);
        if (far) this.#t.say(t('editor.said.chosen', { n: d.value.selected.length }));
      },
    });
  }

  #within(page: number, band: Box): string[] {
    const size = this.#doc?.pages[page - 1];
    if (!size) return [];
    return this.#t.layer
      .onPage(page)
      .filter((f) => overlap(boxOf(size, f), band, 0))
      .map((f) => f.key);
  }

  #frame(el: HTMLElement, b: Box, page: number): void {
    const size = this.#doc?.pages[page - 1];
    if (!size) return;
    el.hidden = false;
    el.style.left = `${(b.left / size.width) * 100}%`;
    el.style.top = `${(b.top / size.height) * 100}%`;
    el.style.width = `${(b.width / size.width) * 100}%`;
    el.style.height = `${(b.height / size.height) * 100}%`;
  }

  #lines(page: number, without: ReadonlySet<string>): Lines {
    const size = this.#doc?.pages[page - 1];
    if (!size) return { x: [], y: [] };
    const others = this.#t.layer.onPage(page).filter((f) => !without.has(f.key));
    return linesOf(
      size,
      others.map((f) => boxOf(size, f)),
    );
  }

  #sayPlace(): void {
    const f = chosen(this.#t.draft.value)[0];
    if (f) this.#t.say(t('editor.said.moved', { page: f.page, ...whereIs(this.#doc, f) }));
  }

  #saySize(): void {
    const f = chosen(this.#t.draft.value)[0];
    if (f) this.#t.say(t('editor.said.resized', whereIs(this.#doc, f)));
  }

  get #doc(): Doc | undefined {
    return documentOf(this.#t.draft.value, this.#t.document);
  }

  get #scale(): number {
    return this.#t.stack.scale;
  }
}

interface Point {
  left: number;
  top: number;
}

const noBox: Box = { left: 0, top: 0, width: minSide, height: minSide };

function keyAt(e: PointerEvent): string | undefined {
  return e.target instanceof Element ? e.target.closest<HTMLElement>('.fld')?.dataset.key : undefined;
}

function sameSheet(a: Field, b: Field): boolean {
  return a.document === b.document && a.page === b.page;
}

function local(e: PointerEvent, sheet: HTMLElement, scale: number): Point {
  const box = sheet.getBoundingClientRect();
  return { left: (e.clientX - box.left) / scale, top: (e.clientY - box.top) / scale };
}

/** The box from a point to as far as the pointer went, in whichever direction. */
function between(at: Point, dx: number, dy: number): Box {
  return {
    left: Math.min(at.left, at.left + dx),
    top: Math.min(at.top, at.top + dy),
    width: Math.abs(dx),
    height: Math.abs(dy),
  };
}

/** A box whose named edges are pulled, never smaller than a field may be. */
export function pulled(b: Box, edges: string, dx: number, dy: number): Box {
  let { left, top, width, height } = b;
  if (edges.includes('e')) width = Math.max(minSide, width + dx);
  if (edges.includes('s')) height = Math.max(minSide, height + dy);
  if (edges.includes('w')) {
    const by = Math.min(dx, width - minSide);
    left += by;
    width -= by;
  }
  if (edges.includes('n')) {
    const by = Math.min(dy, height - minSide);
    top += by;
    height -= by;
  }
  return { left, top, width, height };
}

function rubber(sheet: HTMLElement): HTMLElement {
  const el = document.createElement('div');
  el.className = 'rubber';
  el.hidden = true;
  el.setAttribute('aria-hidden', 'true');
  sheet.append(el);
  return el;
}
