import { t } from '@shared/i18n';
import * as edit from '../model/edit';
import { type Command, commandOf, stepOf } from '../model/keys';
import { chosen, documentOf } from '../model/state';
import type { Field } from '../model/types';
import { whereIs } from '../model/words';
import type { Table } from './gestures';

/** What else a key may ask of the canvas. */
export interface Controls {
  zoom(by: 'in' | 'out' | 'fit'): void;
  turn(by: 1 | -1): void;
  settings(): void;
  reveal(f: Field): void;
}

let copied: Field[] = [];

/** Commands that are about fields, and not about pages or the past. */
const onFields = new Set<Command>(['duplicate', 'copy', 'remove']);

/** The keys that work on fields and pages. They leave keys alone while somebody types. */
export class Keyboard {
  #t: Table;
  #c: Controls;

  constructor(table: Table, controls: Controls) {
    this.#t = table;
    this.#c = controls;
  }

  down = (e: KeyboardEvent): void => {
    if (e.defaultPrevented || typing(e.target) || inDialog(e.target)) return;
    const onField = e.target instanceof Element && e.target.closest('.fld');
    const step = onField ? stepOf(e) : undefined;
    const command = commandOf(e);
    if (onField && (step || (command && onFields.has(command)))) this.#reach(onField);
    if (step) this.#step(step);
    if (step || (onField && this.#onField(e)) || (command && this.#do(command))) e.preventDefault();
  };

  /** What has the focus is what is meant, unless it is among what is chosen. */
  #reach(el: Element): void {
    const key = el instanceof HTMLElement ? el.dataset.key : undefined;
    if (key && !this.#t.draft.value.selected.includes(key)) edit.select(this.#t.draft, [key]);
  }

  /** Space chooses a field, Enter opens its settings. */
  #onField(e: KeyboardEvent): boolean {
    const key = e.target instanceof HTMLElement ? e.target.dataset.key : undefined;
    if (!key || (e.key !== 'Enter' && e.key !== ' ')) return false;
    if (e.shiftKey) edit.toggle(this.#t.draft, key);
    else edit.select(this.#t.draft, [key]);
    if (e.key === 'Enter') this.#c.settings();
    return true;
  }

  #step(step: { dx: number; dy: number; resize: boolean }): void {
    const d = this.#t.draft;
    if (step.resize) edit.grow(d, step.dx, step.dy);
    else edit.nudge(d, step.dx, step.dy);
    const f = chosen(d.value)[0];
    const doc = documentOf(d.value, this.#t.document);
    if (!f) return;
    const at = whereIs(doc, f);
    this.#t.say(step.resize ? t('editor.said.resized', at) : t('editor.said.moved', { page: f.page, ...at }));
  }

  #do(command: Command): boolean {
    const d = this.#t.draft;
    switch (command) {
      case 'undo':
      case 'redo':
        this.#travel(command);
        return true;
      case 'duplicate':
        return this.#copies(edit.duplicate(d));
      case 'copy':
        copied = chosen(d.value);
        if (copied.length > 0) this.#t.say(t('editor.said.copied', { n: copied.length }));
        return copied.length > 0;
      case 'paste':
        return this.#paste();
      case 'all':
        return this.#all();
      case 'remove':
        return this.#remove();
      case 'nothing':
        return this.#nothing();
      case 'zoomin':
      case 'zoomout':
      case 'zoomfit':
        this.#c.zoom(command === 'zoomin' ? 'in' : command === 'zoomout' ? 'out' : 'fit');
        return true;
      case 'pageup':
      case 'pagedown':
        this.#c.turn(command === 'pageup' ? -1 : 1);
        return true;
    }
  }

  /** Undoes or redoes; the focus goes with what came, or to the nearest of what went. */
  #travel(way: 'undo' | 'redo'): void {
    const d = this.#t.draft;
    const before = d.value.history.now;
    const onField = document.activeElement?.closest('.fld');
    travel(this.#t, way);
    const left = new Set(d.value.history.now.map((f) => f.key));
    const gone = before.find((f) => !left.has(f.key));
    const next = chosen(d.value)[0] ?? (gone && edit.nearest(d.value, gone));
    if (!onField && document.activeElement !== document.body) return;
    if (next && this.#t.layer.markers.has(next.key)) this.#focus(next);
    else if (next?.document === this.#t.document) this.#c.reveal(next);
    else this.#t.scroller.focus({ preventScroll: true });
  }

  #copies(fields: Field[]): boolean {
    if (fields.length === 0) return false;
    this.#t.say(t('editor.said.added', { n: fields.length }));
    this.#focus(fields[0]);
    return true;
  }

  #paste(): boolean {
    const { page } = this.#t.draft.value;
    return this.#copies(edit.duplicate(this.#t.draft, copied, { document: this.#t.document, page }));
  }

  #all(): boolean {
    const fields = this.#t.layer.onPage(this.#t.draft.value.page);
    edit.select(
      this.#t.draft,
      fields.map((f) => f.key),
    );
    this.#t.say(t('editor.said.chosen', { n: fields.length }));
    return true;
  }

  #remove(): boolean {
    const f = chosen(this.#t.draft.value)[0];
    const next = f && neighbour(this.#t.layer.onPage(f.page), this.#t.draft.value.selected);
    const n = edit.remove(this.#t.draft);
    if (n === 0) return false;
    this.#t.say(t('editor.said.removed', { n }));
    if (next) this.#focus(next);
    else this.#t.scroller.focus({ preventScroll: true });
    return true;
  }

  #nothing(): boolean {
    const { tool, selected } = this.#t.draft.value;
    if (!tool && selected.length === 0) return false;
    this.#t.draft.patch({ tool: undefined, selected: [] });
    return true;
  }

  #focus(f: Field | undefined): void {
    if (!f) return;
    requestAnimationFrame(() => this.#t.layer.markers.get(f.key)?.element.focus());
  }
}

/** Undoes or redoes, and says so. */
export function travel(table: Pick<Table, 'draft' | 'say'>, way: 'undo' | 'redo'): void {
  const done = way === 'undo' ? edit.stepBack(table.draft) : edit.stepOn(table.draft);
  table.say(t(done ? `editor.said.${way}` : `editor.said.no_${way}`));
}

/** The field that comes after those that go, else before them. */
function neighbour(fields: readonly Field[], gone: readonly string[]): Field | undefined {
  const at = fields.findIndex((f) => gone.includes(f.key));
  const left = (f: Field) => !gone.includes(f.key);
  return fields.slice(at).find(left) ?? fields.slice(0, at).reverse().find(left);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog, [popover]') !== null;
}
