/**
 * Gives the text layer of a tagged page the roles of its structure tree. The runs of text are moved into the
 * order and nesting of the tree, so that a screen reader meets headings, lists and tables, and selecting text
 * follows the reading order. Positions do not change: the added elements have no box of their own.
 */

/** A node of pdf.js's structure tree, or a reference to marked content. */
export interface Tag {
  role?: string;
  children?: Tag[];
  type?: string;
  id?: string;
  alt?: string;
  lang?: string;
  bbox?: number[];
  scope?: string;
  rowSpan?: number;
  colSpan?: number;
}

export interface Role {
  role: string;
  level?: string;
}

const plain: { [tag: string]: string } = {
  P: 'paragraph',
  H: 'heading',
  L: 'list',
  LI: 'listitem',
  Table: 'table',
  THead: 'rowgroup',
  TBody: 'rowgroup',
  TFoot: 'rowgroup',
  TR: 'row',
  TH: 'columnheader',
  TD: 'cell',
  BlockQuote: 'blockquote',
  Code: 'code',
  Note: 'note',
  FENote: 'note',
};

/** What must enclose a role for it to mean anything: files often get this wrong. */
const within: { [role: string]: string[] } = {
  listitem: ['list'],
  rowgroup: ['table'],
  row: ['table', 'rowgroup'],
  columnheader: ['row'],
  rowheader: ['row'],
  cell: ['row'],
};

/** What must be inside. */
const needs: { [role: string]: string[] } = {
  list: ['LI'],
  table: ['TR'],
  rowgroup: ['TR'],
  row: ['TH', 'TD'],
};

/** The role of a tag whose nearest ancestor with a role has `parent`. */
export function roleOf(tag: Tag, parent: string): Role | undefined {
  const heading = /^H([1-6])$/.exec(tag.role ?? '');
  if (heading) return { role: 'heading', level: heading[1] };
  if ((tag.role === 'Figure' || tag.role === 'Formula') && tag.alt) return { role: 'img' };
  let role = plain[tag.role ?? ''];
  if (role === 'columnheader' && tag.scope === 'Row') role = 'rowheader';
  if (!role) return undefined;
  const outer = within[role];
  if (outer && !outer.includes(parent)) return undefined;
  const inner = needs[role];
  if (inner && !reaches(tag, inner)) return undefined;
  return role === 'heading' ? { role, level: '2' } : { role };
}

/** Whether a tag has one of these below it, past tags that mean nothing themselves. */
function reaches(tag: Tag, wanted: string[]): boolean {
  return (tag.children ?? []).some(
    (c) =>
      wanted.includes(c.role ?? '') ||
      ((!plain[c.role ?? ''] || groups.has(c.role ?? '')) && reaches(c, wanted)),
  );
}

const groups = new Set(['THead', 'TBody', 'TFoot']);

/** Puts the runs of text of `layer` into the tree. What the tree does not mention stays behind it. `view` is the
 * page's box in its own space, against which pictures are placed. */
export function applyTags(layer: HTMLElement, tree: Tag, view: readonly number[]): void {
  const content = new Map<string, HTMLElement>();
  for (const el of layer.querySelectorAll<HTMLElement>('.markedContent[id]')) {
    content.set(el.id, el);
    // Two documents on one page of ours may use the same names.
    el.removeAttribute('id');
  }
  const root = document.createDocumentFragment();
  for (const child of tree.children ?? []) place(root, child, '', { content, view });
  layer.prepend(root);
}

interface Page {
  content: Map<string, HTMLElement>;
  view: readonly number[];
}

function place(into: Node, tag: Tag, parent: string, page: Page): void {
  if (tag.type === 'content') {
    const run = page.content.get(tag.id ?? '');
    if (run) into.appendChild(run);
    return;
  }
  if (tag.type) return;
  const role = roleOf(tag, parent);
  const el = role || tag.lang ? into.appendChild(element(tag, role)) : into;
  const inside = role?.role === 'img' ? picture(el as HTMLElement, tag, page.view) : el;
  for (const child of tag.children ?? []) place(inside, child, role?.role ?? parent, page);
}

function element(tag: Tag, role: Role | undefined): HTMLElement {
  const el = document.createElement('span');
  el.className = 'pdf-tag';
  if (role) el.setAttribute('role', role.role);
  if (role?.level) el.setAttribute('aria-level', role.level);
  if (role?.role === 'img' && tag.alt) el.setAttribute('aria-label', tag.alt);
  if (tag.lang) el.lang = tag.lang;
  if (tag.rowSpan && tag.rowSpan > 1) el.setAttribute('aria-rowspan', String(tag.rowSpan));
  if (tag.colSpan && tag.colSpan > 1) el.setAttribute('aria-colspan', String(tag.colSpan));
  return el;
}

/** A picture with words of its own keeps the text that it is drawn with to itself. It gets a box, because what
 * has none and no text may be passed over in reading. */
function picture(el: HTMLElement, tag: Tag, view: readonly number[]): Node {
  el.className = 'pdf-figure';
  const [left = 0, , , top = 0] = view;
  setPlace(el, tag.bbox ?? [left, top - 1, left + 1, top], view);
  const box = document.createElement('span');
  box.className = 'pdf-tag';
  box.setAttribute('aria-hidden', 'true');
  el.before(box);
  return box;
}

/** Puts an element of the layer over a box of the page's own space. */
export function setPlace(el: HTMLElement, box: readonly number[], view: readonly number[]): void {
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = view;
  const [left = x0, bottom = y0, right = x1, top = y1] = box;
  el.style.left = `${(100 * (left - x0)) / (x1 - x0)}%`;
  el.style.top = `${(100 * (y1 - top)) / (y1 - y0)}%`;
  el.style.width = `${(100 * (right - left)) / (x1 - x0)}%`;
  el.style.height = `${(100 * (top - bottom)) / (y1 - y0)}%`;
}
