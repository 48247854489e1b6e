import type { PageSize } from '@shared/pdf/geometry';
import { boxOf } from './place';
import type { Doc, Field, Fields } from './types';

export interface Placed {
  field: Field;
  left: number;
  top: number;
  height: number;
}

/**
 * Fields in the order in which a reader comes to them: document, page, line, then along the line. Fields are in one
 * line when the middle of one lies within the height of the line's first.
 */
export function tabOrder(fields: Fields, documents: readonly Doc[]): Field[] {
  const out: Field[] = [];
  for (const d of documents) {
    const pages = new Map<number, Placed[]>();
    for (const f of fields) {
      if (f.document !== d.id) continue;
      const page = d.pages[f.page - 1];
      if (!page) continue;
      const list = pages.get(f.page) ?? [];
      list.push(place(f, page));
      pages.set(f.page, list);
    }
    for (const number of [...pages.keys()].sort((a, b) => a - b)) {
      out.push(...inLines(pages.get(number) ?? []));
    }
  }
  return out;
}

function place(field: Field, page: PageSize): Placed {
  const box = boxOf(page, field);
  return { field, left: box.left, top: box.top, height: box.height };
}

/** The fields of one page by line. */
export function inLines(placed: readonly Placed[]): Field[] {
  const lines: Placed[][] = [];
  for (const p of [...placed].sort((a, b) => a.top - b.top || a.left - b.left)) {
    const line = lines[lines.length - 1];
    const first = line?.[0];
    const middle = p.top + p.height / 2;
    if (line && first && middle < first.top + first.height) line.push(p);
    else lines.push([p]);
  }
  return lines.flatMap((line) => line.sort((a, b) => a.left - b.left)).map((p) => p.field);
}
