import { toView, type View } from '@shared/pdf/geometry';
import type { Doc, Field } from './types';

interface Placed {
  field: Field;
  place: View;
}

/** Groups fields into lines: those whose middles lie within the height of the line's first. */
function lines(on: Placed[]): Placed[][] {
  const out: Placed[][] = [];
  const middle = (p: View) => p.top + p.height / 2;
  for (const one of [...on].sort((a, b) => middle(a.place) - middle(b.place))) {
    const line = out.at(-1);
    const first = line?.[0];
    if (line && first && middle(one.place) <= first.place.top + first.place.height) line.push(one);
    else out.push([one]);
  }
  return out;
}

/** Fields in the order in which people read: document, page, line, then along the line. */
export function readingOrder(fields: readonly Field[], documents: readonly Doc[], rtl = false): Field[] {
  const out: Field[] = [];
  for (const d of documents) {
    const here = fields.filter((f) => f.document === d.id);
    for (const [i, page] of d.pages.entries()) {
      const on = here.filter((f) => f.page === i + 1);
      const placed = on.map((field) => ({ field, place: toView(page, field, 1) }));
      for (const line of lines(placed)) {
        line.sort((a, b) => (rtl ? b.place.left - a.place.left : a.place.left - b.place.left));
        out.push(...line.map((l) => l.field));
      }
    }
  }
  return out;
}
