import { begin, type History } from './history';
import { Store } from './store';
import type { Doc, Envelope, Field, Fields, FieldType, Role } from './types';

export type Step = 'documents' | 'people' | 'fields' | 'send';

export const steps: readonly Step[] = ['documents', 'people', 'fields', 'send'];

/** A recipient as the person at the screen has typed it; the name is ours, so that it needs no server to exist. */
export interface Party {
  id: string;
  name: string;
  email: string;
  role: Role;
  order: number;
  locale: string;
}

/** What stands on the envelope itself. */
export interface Details {
  title: string;
  message: string;
  ordered: boolean;
  expires_at: string | undefined;
  locale: string;
}

/** Everything that the page knows of a draft. */
export interface State {
  id: string;
  details: Details;
  documents: readonly Doc[];
  people: readonly Party[];
  history: History<Fields>;
  selected: readonly string[];
  /** The type that the next click on a page places. */
  tool: string | undefined;
  /** For whom new fields are. */
  who: string | undefined;
  document: string | undefined;
  page: number;
  step: Step;
  types: readonly FieldType[];
}

export type Draft = Store<State>;

let count = 0;

/** A name for something new, unique on this page. */
export function newKey(prefix = 'f'): string {
  count++;
  return `${prefix}${count}-${Date.now().toString(36)}`;
}

export function detailsOf(e: Envelope): Details {
  return {
    title: e.title,
    message: e.message,
    ordered: e.ordered,
    expires_at: e.expires_at,
    locale: e.locale,
  };
}

export function partiesOf(e: Envelope): Party[] {
  return e.recipients.map((r) => ({
    id: r.id,
    name: r.name,
    email: r.email,
    role: r.role,
    order: r.order,
    locale: r.locale ?? '',
  }));
}

export function fieldsOf(e: Envelope): Field[] {
  return e.fields.map((f) => ({
    key: newKey(),
    document: f.document,
    page: f.page,
    x: f.x,
    y: f.y,
    width: f.width,
    height: f.height,
    type: f.type,
    recipient: f.recipient,
    required: f.required,
    config: isConfig(f.config) ? f.config : {},
    existing: f.existing,
  }));
}

function isConfig(v: unknown): v is Field['config'] {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

export function newDraft(e: Envelope, types: readonly FieldType[]): Draft {
  const people = partiesOf(e);
  return new Store<State>({
    id: e.id,
    details: detailsOf(e),
    documents: e.documents,
    people,
    history: begin<Fields>(fieldsOf(e)),
    selected: [],
    tool: undefined,
    who: people.find((p) => p.role === 'signer')?.id,
    document: e.documents[0]?.id,
    page: 1,
    step: firstStep(e),
    types,
  });
}

/** A draft opens where there is something left to do. */
function firstStep(e: Envelope): Step {
  if (e.documents.length === 0) return 'documents';
  if (!e.recipients.some((r) => r.name && r.email)) return e.recipients.length === 0 ? 'documents' : 'people';
  return 'fields';
}

export function fieldsIn(s: State): Fields {
  return s.history.now;
}

export function documentOf(s: State, id: string | undefined): Doc | undefined {
  return s.documents.find((d) => d.id === id);
}

export function chosen(s: State): Field[] {
  const keys = new Set(s.selected);
  return s.history.now.filter((f) => keys.has(f.key));
}

export function signers(s: State): Party[] {
  return s.people.filter((p) => p.role === 'signer');
}
