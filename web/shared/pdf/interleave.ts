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

/** Claims the fields of `overlay` for the text of `layer`, anew each time. */
export function interleave(layer: HTMLElement, overlay: HTMLElement): void {
  for (const old of layer.querySelectorAll('.pdf-claim')) old.remove();
  const fields = [...overlay.children].filter((c): c is HTMLElement => c instanceof HTMLElement);
  if (fields.length === 0) return;
  const runs = [...layer.querySelectorAll<HTMLElement>('span[role="presentation"], .pdf-figure')]
    .filter((el) => !el.closest('[aria-hidden="true"]'))
    .map((el): Run => {
      const box = el.getBoundingClientRect();
      return { el, top: box.top, left: box.left, bottom: box.bottom };
    });
  // Measured first, changed afterwards, so that the browser lays out once.
  const places = fields.map((field) => {
    const box = field.getBoundingClientRect();
    const at = anchor(runs, box);
    return { field, at: at?.el, beside: at !== undefined && at.bottom > box.top };
  });
  // From the last, so that fields with the same anchor keep their order.
  for (const { field, at, beside } of places.reverse()) claim(layer, field, at, beside);
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
  if (!at) {
    layer.prepend(mark);
    return;
  }
  // A field in the line of a cell belongs to the cell; one further down comes after the whole table.
  const cell = closest(at, inside);
  if (cell && beside) cell.append(mark);
  else (closest(at, whole) ?? cell ?? closest(at, after) ?? at).after(mark);
}

function closest(el: HTMLElement, roles: string[]): Element | null {
  return el.closest(`.pdf-text :is(${roles.map((r) => `[role="${r}"]`).join()})`);
}
