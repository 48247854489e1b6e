import type { PageSize } from '@shared/pdf/geometry';
import { boxOf } from '../model/place';
import type { Box, Field } from '../model/types';

/** What a field's mark on the page shows. */
export interface Look {
  name: string;
  text: string;
  initials: string;
  color: string;
  selected: boolean;
  /** The only chosen one: it has handles. */
  alone: boolean;
  faulty: boolean;
}

const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/** A field's element on its page. Its place is in percent of the page, so that zooming costs nothing. */
export class Marker {
  readonly element = document.createElement('div');
  field: Field;
  #page: PageSize;
  #text = document.createElement('span');
  #initials = document.createElement('span');
  #look: Look | undefined;

  constructor(field: Field, page: PageSize, look: Look) {
    this.field = field;
    this.#page = page;
    this.element.className = 'fld';
    this.element.tabIndex = 0;
    this.element.dataset.key = field.key;
    this.element.setAttribute('role', 'button');
    this.element.setAttribute('aria-describedby', 'editor-keys');
    this.#text.className = 'fld-text';
    this.#initials.className = 'fld-who';
    this.element.append(this.#initials, this.#text);
    this.place(boxOf(page, field));
    this.show(look);
  }

  update(field: Field, page: PageSize, look: Look): void {
    if (field !== this.field || page !== this.#page) {
      this.field = field;
      this.#page = page;
      this.place(boxOf(page, field));
    }
    this.show(look);
  }

  /** Puts the element where a box lies on the page. */
  place(box: Box): void {
    const { style } = this.element;
    style.left = `${(box.left / this.#page.width) * 100}%`;
    style.top = `${(box.top / this.#page.height) * 100}%`;
    style.width = `${(box.width / this.#page.width) * 100}%`;
    style.height = `${(box.height / this.#page.height) * 100}%`;
  }

  /** Moves the element without laying anything out. */
  slide(x: number, y: number): void {
    this.element.style.transform = x || y ? `translate3d(${x}px, ${y}px, 0)` : '';
  }

  show(look: Look): void {
    const before = this.#look;
    if (before && same(before, look)) return;
    this.#look = look;
    this.element.setAttribute('aria-label', look.name);
    this.element.setAttribute('aria-pressed', String(look.selected));
    this.element.classList.toggle('selected', look.selected);
    this.element.classList.toggle('faulty', look.faulty);
    this.element.classList.toggle('small', this.field.type === 'checkbox');
    this.element.style.setProperty('--who', look.color);
    this.#text.textContent = look.text;
    // Drawn by the style: the name that is read out has the whole name.
    this.#initials.dataset.text = look.initials;
    if (before?.alone !== look.alone) this.#handles(look.alone && !this.field.existing);
  }

  #handles(shown: boolean): void {
    for (const h of this.element.querySelectorAll('.fld-handle')) h.remove();
    if (!shown) return;
    for (const edge of handles) {
      const h = document.createElement('span');
      h.className = `fld-handle ${edge}`;
      h.dataset.edge = edge;
      this.element.append(h);
    }
  }
}

function same(a: Look, b: Look): boolean {
  return (Object.keys(a) as (keyof Look)[]).every((k) => a[k] === b[k]);
}
