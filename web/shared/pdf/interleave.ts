/**
 * Lets a screen reader meet fields where they stand in the text: the layer of text claims each field (aria-owns)
 * after the words before it. Nothing moves on the screen, nor in the order of Tab.
 */

/** Blocks behind which a field is read, and those inside which it is. */
const after = ['paragraph', 'heading', 'img', 'blockquote', 'code', 'note'];
const inside = ['cell', 'columnheader', 'rowheader', 'listitem'];
const whole = ['table', 'list'];

interface Run {
  el: HTMLElement;
  top: number;
  left: number;
  bottom: number;
}

let ids = 0;

/** Puts the words of filled fields after the words before them. */
export function settleValues(layer: HTMLElement): void {
  const values = [...layer.querySelectorAll<HTMLElement>(':scope > .pdf-value')];
  if (values.length === 0) return;
  const runs = runsOf(layer);
  const places = values.map((el) => ({ el, ...find(runs, el) }));
  for (const { el, at, beside } of places.reverse()) put(layer, el, at, beside);
}

/** Claims the fields of `overlay` for the text of `layer`, anew each time. */
export function interleave(layer: HTMLElement, overlay: HTMLElement): void {
  for (const old of layer.querySelectorAll('.pdf-claim')) old.remove();
  const fields = [...overlay.children].filter((c): c is HTMLElement => c instanceof HTMLElement);
  if (fields.length === 0) return;
  const runs = runsOf(layer);
  // Measured first, changed afterwards, so that the browser lays out once.
  const places = fields.map((field) => ({ field, ...find(runs, field) }));
  // From the last, so that fields with the same anchor keep their order.
  for (const { field, at, beside } of places.reverse()) claim(layer, field, at, beside);
}

function runsOf(layer: HTMLElement): Run[] {
  return [...layer.querySelectorAll<HTMLElement>('span[role="presentation"], .pdf-figure')]
    .filter((el) => !el.closest('[aria-hidden="true"]'))
    .map((el) => {
      const box = el.getBoundingClientRect();
      return { el, top: box.top, left: box.left, bottom: box.bottom };
    });
}

function find(runs: readonly Run[], what: HTMLElement): { at: HTMLElement | undefined; beside: boolean } {
  const box = what.getBoundingClientRect();
  const run = anchor(runs, box);
  return { at: run?.el, beside: run !== undefined && run.bottom > box.top };
}

/** The last run, in reading order, that begins before the field: above it, or on its line and to its left. */
export function anchor<R extends Omit<Run, 'el'>>(
  runs: readonly R[],
  field: { top: number; bottom: number; left: number },
): R | undefined {
  const middle = (field.top + field.bottom) / 2;
  return runs.findLast((r) => r.bottom <= middle || (r.top <= middle && r.left <= field.left + 1));
}

function claim(layer: HTMLElement, field: HTMLElement, at: HTMLElement | undefined, beside: boolean): void {
  if (!field.id) {
    ids += 1;
    field.id = `pdf-field-${ids}`;
  }
  const mark = document.createElement('span');
  mark.className = 'pdf-tag pdf-claim';
  mark.setAttribute('aria-owns', field.id);
  put(layer, mark, at, beside);
}

/** Places an element after a run: a thing in the line of a cell belongs to the cell, one further down comes after
 * the whole table. */
function put(layer: HTMLElement, el: HTMLElement, at: HTMLElement | undefined, beside: boolean): void {
  if (!at) {
    layer.prepend(el);
    return;
  }
  const cell = closest(at, inside);
  if (cell && beside) cell.append(el);
  else (closest(at, whole) ?? cell ?? closest(at, after) ?? at).after(el);
}

function closest(el: HTMLElement, roles: string[]): Element | null {
  return el.closest(`.pdf-text :is(${roles.map((r) => `[role="${r}"]`).join()})`);
}
