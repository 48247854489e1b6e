/** From a JSON Schema to the controls of a form, and from the form back to a document. No rendering here. */

export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  enum?: unknown[];
  properties?: { [name: string]: Schema };
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  writeOnly?: boolean;
}

export type Kind = 'text' | 'number' | 'switch' | 'choice' | 'secret' | 'list';

/** One control of a form. Its path leads into the document; its pointer is the path as RFC 6901 writes it. */
export interface Control {
  path: string[];
  pointer: string;
  kind: Kind;
  title: string;
  description?: string;
  required: boolean;
  schema: Schema;
}

export type Input = string | boolean;
export type Form = { [pointer: string]: Input };

/** What is wrong with a control before anything is sent; the words are the catalogue's, by this code. */
export interface Fault {
  pointer: string;
  code: 'required' | 'not_a_number' | 'not_whole' | 'under' | 'over' | 'too_long' | 'bad_form';
  limit?: number;
}

export function pointerOf(path: string[]): string {
  return path.map((p) => `/${p.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The controls that a schema asks for, in its order; objects within it are entered. */
export function controlsOf(schema: Schema, path: string[] = []): Control[] {
  const out: Control[] = [];
  for (const [name, s] of Object.entries(schema.properties ?? {})) {
    const at = [...path, name];
    if (s.type === 'object') {
      out.push(...controlsOf(s, at));
      continue;
    }
    out.push({
      path: at,
      pointer: pointerOf(at),
      kind: kindOf(s),
      title: s.title ?? name,
      description: s.description,
      required: schema.required?.includes(name) ?? false,
      schema: s,
    });
  }
  return out;
}

function kindOf(s: Schema): Kind {
  if (s.enum) return 'choice';
  if (s.writeOnly) return 'secret';
  if (s.type === 'boolean') return 'switch';
  if (s.type === 'integer' || s.type === 'number') return 'number';
  if (s.type === 'array') return 'list';
  return 'text';
}

/** What a form shows for a document. A secret is never shown. */
export function formOf(controls: Control[], document: unknown): Form {
  const form: Form = {};
  for (const c of controls) form[c.pointer] = inputOf(c, lookUp(document, c.path));
  return form;
}

function inputOf(c: Control, value: unknown): Input {
  switch (c.kind) {
    case 'switch':
      return value === true;
    case 'secret':
      return '';
    case 'list':
      return Array.isArray(value) ? value.map(String).join('\n') : '';
    default:
      return value === undefined || value === null ? '' : String(value);
  }
}

function lookUp(document: unknown, path: string[]): unknown {
  let at = document;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as { [name: string]: unknown })[name];
  }
  return at;
}

/** The document that a form means, and what is wrong with it. What no control shows stays as it was. */
export function documentOf(
  controls: Control[],
  form: Form,
  before: unknown,
): { document: unknown; faults: Fault[] } {
  const document = structuredClone(before ?? {}) as { [name: string]: unknown };
  const faults: Fault[] = [];
  for (const c of controls) {
    const { value, fault } = readInput(c, form[c.pointer] ?? '');
    if (fault) faults.push(fault);
    if (c.kind === 'secret' && value === undefined) continue;
    put(document, c.path, value);
  }
  return { document, faults };
}

function put(document: { [name: string]: unknown }, path: string[], value: unknown): void {
  let at = document;
  for (const name of path.slice(0, -1)) {
    const next = at[name];
    at[name] = typeof next === 'object' && next !== null ? next : {};
    at = at[name] as { [name: string]: unknown };
  }
  const last = path[path.length - 1];
  if (last === undefined) return;
  if (value === undefined) delete at[last];
  else at[last] = value;
}

interface Read {
  value?: unknown;
  fault?: Fault;
}

function readInput(c: Control, input: Input): Read {
  if (typeof input === 'boolean') return { value: input };
  const text = c.kind === 'secret' ? input : input.trim();
  if (text === '') return { fault: missing(c) };
  if (c.kind === 'number') return numberOf(c, text);
  if (c.kind === 'list') return { value: lines(text, c.schema.items) };
  if (c.kind === 'choice') return { value: c.schema.enum?.find((v) => String(v) === text) ?? text };
  return { value: text, fault: textFault(c, text) };
}

/** A secret that is left empty stays as it is, so it is never missing. */
function missing(c: Control): Fault | undefined {
  return c.required && c.kind !== 'secret' ? { pointer: c.pointer, code: 'required' } : undefined;
}

function lines(text: string, item: Schema | undefined): unknown[] {
  const all = text
    .split('\n')
    .map((l) => l.trim())
    .filter(Boolean);
  return item?.type === 'integer' || item?.type === 'number' ? all.map(Number) : all;
}

function numberOf(c: Control, text: string): Read {
  const { pointer, schema } = c;
  const n = Number(text);
  if (!Number.isFinite(n)) return { fault: { pointer, code: 'not_a_number' } };
  if (schema.type === 'integer' && !Number.isInteger(n)) return { fault: { pointer, code: 'not_whole' } };
  if (schema.minimum !== undefined && n < schema.minimum) {
    return { fault: { pointer, code: 'under', limit: schema.minimum } };
  }
  if (schema.maximum !== undefined && n > schema.maximum) {
    return { fault: { pointer, code: 'over', limit: schema.maximum } };
  }
  return { value: n };
}

function textFault(c: Control, text: string): Fault | undefined {
  const { pointer, schema } = c;
  if (schema.maxLength !== undefined && [...text].length > schema.maxLength) {
    return { pointer, code: 'too_long', limit: schema.maxLength };
  }
  if (schema.pattern !== undefined && !matches(schema.pattern, text)) return { pointer, code: 'bad_form' };
  return undefined;
}

/** A pattern that this browser cannot read is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}
