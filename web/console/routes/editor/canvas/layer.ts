import { inLines } from '../model/order';
import { boxOf } from '../model/place';
import { type Draft, documentOf, type State } from '../model/state';
import type { Field } from '../model/types';
import { fieldName, personColor, personInitials, typeName } from '../model/words';
import { type Look, Marker } from './marker';

/** The fields of the pages that are near the view, as elements. It follows the draft without React. */
export class FieldLayer {
  readonly markers = new Map<string, Marker>();
  #draft: Draft;
  #document: string;
  #overlays = new Map<number, HTMLElement>();
  #byPage = new Map<number, Field[]>();
  #shown: State;
  #stop: () => void;

  constructor(draft: Draft, document: string) {
    this.#draft = draft;
    this.#document = document;
    this.#shown = draft.value;
    this.#sort(draft.value);
    this.#stop = draft.subscribe(() => this.#changed());
  }

  mount(page: number, overlay: HTMLElement): void {
    this.#overlays.set(page, overlay);
    this.#fill(page);
  }

  unmount(page: number, overlay: HTMLElement): void {
    this.#overlays.delete(page);
    for (const f of this.#byPage.get(page) ?? []) this.markers.delete(f.key);
    overlay.replaceChildren();
  }

  destroy(): void {
    this.#stop();
    this.markers.clear();
  }

  /** The fields of a page in reading order. */
  onPage(page: number): readonly Field[] {
    return this.#byPage.get(page) ?? [];
  }

  #changed(): void {
    const before = this.#shown;
    const now = this.#draft.value;
    this.#shown = now;
    const moved = before.history.now !== now.history.now || before.documents !== now.documents;
    if (moved) this.#sort(now);
    if (!moved && before.selected === now.selected && before.people === now.people) return;
    for (const page of this.#overlays.keys()) this.#fill(page);
  }

  #sort(s: State): void {
    const doc = documentOf(s, this.#document);
    const lists = new Map<number, Field[]>();
    for (const f of s.history.now) {
      if (f.document !== this.#document) continue;
      const list = lists.get(f.page);
      if (list) list.push(f);
      else lists.set(f.page, [f]);
    }
    this.#byPage = new Map();
    for (const [page, fields] of lists) {
      const size = doc?.pages[page - 1];
      if (!size) continue;
      const placed = fields.map((field) => ({ field, ...boxOf(size, field) }));
      this.#byPage.set(page, inLines(placed));
    }
  }

  /** Makes the elements of a page what its fields are. */
  #fill(page: number): void {
    const overlay = this.#overlays.get(page);
    const size = documentOf(this.#draft.value, this.#document)?.pages[page - 1];
    if (!overlay || !size) return;
    const active = document.activeElement;
    const fields = this.#byPage.get(page) ?? [];
    this.#drop(page, overlay, fields);
    let before: Element | null = overlay.firstElementChild;
    for (const f of fields) {
      const marker = this.#marker(f, size);
      if (marker.element === before) before = before.nextElementSibling;
      else overlay.insertBefore(marker.element, before);
    }
    // An element that changed its place in the order has lost the focus.
    if (active instanceof HTMLElement && active !== document.activeElement && overlay.contains(active)) {
      active.focus({ preventScroll: true });
    }
  }

  #drop(page: number, overlay: HTMLElement, fields: readonly Field[]): void {
    const there = new Set(fields.map((f) => f.key));
    for (const el of [...overlay.querySelectorAll<HTMLElement>(':scope > .fld')]) {
      const key = el.dataset.key ?? '';
      if (there.has(key)) continue;
      el.remove();
      const marker = this.markers.get(key);
      if (marker?.element === el && marker.field.page === page) this.markers.delete(key);
    }
  }

  #marker(f: Field, size: { width: number; height: number; rotate: number }): Marker {
    const look = this.#look(f);
    const there = this.markers.get(f.key);
    if (there) {
      there.update(f, size, look);
      return there;
    }
    const made = new Marker(f, size, look);
    this.markers.set(f.key, made);
    return made;
  }

  #look(f: Field): Look {
    const s = this.#draft.value;
    const person = s.people.find((p) => p.id === f.recipient);
    const selected = s.selected.includes(f.key);
    const label = typeof f.config.label === 'string' ? f.config.label : '';
    return {
      name: fieldName(s, f),
      text: label || typeName(f.type),
      initials: personInitials(person, s.people),
      color: personColor(person, s.people),
      selected,
      alone: selected && s.selected.length === 1,
      faulty: person?.role !== 'signer',
    };
  }
}
