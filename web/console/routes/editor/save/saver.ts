import { api, data, Problem } from '@shared/api/client';
import { moveFields, unassign } from '../model/edit';
import { commit } from '../model/history';
import {
  type Details,
  type Draft,
  detailsOf,
  documentOf,
  fieldsOf,
  newKey,
  type Party,
  partiesOf,
  type State,
} from '../model/state';
import type { Doc, Envelope, Field, Fields } from '../model/types';
import { Queue } from './queue';

type Body = { [K in 'name' | 'email' | 'locale']?: string } & { role?: Party['role']; order?: number };

/** Keeps the server's draft like the one on the screen. */
export class Saver {
  readonly queue: Queue;
  #draft: Draft;
  #known: State;
  /** The server's names of recipients that began here. */
  #names = new Map<string, string>();
  #stopWatching: () => void;

  constructor(draft: Draft, envelope: Envelope) {
    this.#draft = draft;
    this.#known = draft.value;
    this.queue = new Queue({
      version: envelope.version,
      savedAt: new Date(envelope.updated_at),
      reload: () => this.#reload(),
    });
    this.#stopWatching = draft.subscribe(() => this.#changed());
    window.addEventListener('online', this.queue.retry);
    window.addEventListener('focus', this.queue.retry);
  }

  stop(): void {
    this.#stopWatching();
    this.queue.stop();
    window.removeEventListener('online', this.queue.retry);
    window.removeEventListener('focus', this.queue.retry);
  }

  /** The server's name of a recipient; undefined as long as the server has not heard of them. */
  nameOf(id: string): string | undefined {
    return isOurs(id) ? this.#names.get(id) : id;
  }

  /** Takes over what somebody else did, if nothing of ours waits. */
  adopt(e: Envelope): void {
    if (!this.queue.idle || e.version <= this.queue.version) return;
    this.queue.version = e.version;
    this.#take(e, true);
  }

  #changed(): void {
    const before = this.#known;
    const now = this.#draft.value;
    this.#known = now;
    if (before.details !== now.details) this.#details(before.details, now.details);
    if (before.people !== now.people) this.#people(before.people, now.people);
    if (before.history.now !== now.history.now) this.#fields();
  }

  #pendingDetails: Partial<Details> = {};

  #details(before: Details, now: Details): void {
    const all = { ...this.#pendingDetails };
    for (const k of Object.keys(now) as (keyof Details)[]) {
      if (before[k] !== now[k]) Object.assign(all, { [k]: now[k] });
    }
    if (Object.keys(all).length === 0) return;
    this.#pendingDetails = all;
    this.queue.put({ key: 'details', run: (v) => this.#sendDetails(v) });
  }

  async #sendDetails(version: number): Promise<number> {
    const sent = this.#pendingDetails;
    const { expires_at, ...rest } = sent;
    // A day in the year 1 means: no deadline.
    const body = 'expires_at' in sent ? { ...rest, expires_at: expires_at ?? '0001-01-01T00:00:00Z' } : rest;
    let e: Envelope;
    try {
      e = await data(api.PATCH('/api/v1/envelopes/{envelope}', { ...this.#at(version), body }));
    } catch (error) {
      // What the server refuses is not sent again with the next, good change.
      if (error instanceof Problem && error.status === 422) this.#pendingDetails = {};
      throw error;
    }
    this.#pendingDetails = dropSent(this.#pendingDetails, sent);
    return e.version;
  }

  #people(before: readonly Party[], now: readonly Party[]): void {
    for (const p of before) {
      if (!now.some((q) => q.id === p.id)) this.#removePerson(p.id);
    }
    for (const p of now) {
      const old = before.find((q) => q.id === p.id);
      if (old !== p) this.#putPerson(p, old);
    }
  }

  #sent = new Map<string, Party>();

  #putPerson(p: Party, old: Party | undefined): void {
    if (old && !this.#sent.has(p.id)) this.#sent.set(p.id, old);
    this.queue.put({ key: `person:${p.id}`, run: (v) => this.#sendPerson(p.id, v) }, 700);
  }

  async #sendPerson(id: string, version: number): Promise<number> {
    const p = this.#draft.value.people.find((q) => q.id === id);
    if (!p) return version;
    const name = this.nameOf(id);
    const body = difference(name ? this.#sent.get(id) : undefined, p);
    if (Object.keys(body).length === 0) return version;
    const answer = name
      ? await api.PATCH('/api/v1/envelopes/{envelope}/recipients/{recipient}', {
          params: { ...this.#at(version).params, path: { envelope: this.#id, recipient: name } },
          body,
        })
      : await api.POST('/api/v1/envelopes/{envelope}/recipients', { ...this.#at(version), body });
    if (answer.data && !name) this.#names.set(id, answer.data.id);
    this.#sent.set(id, { ...p, email: body.email ?? this.#sent.get(id)?.email ?? '' });
    return versionOf(answer.response, version);
  }

  #removePerson(id: string): void {
    unassign(this.#draft, id);
    this.queue.put({ key: `person:${id}`, run: (v) => this.#sendRemoval(id, v) }, 0);
  }

  async #sendRemoval(id: string, version: number): Promise<number> {
    const name = this.nameOf(id);
    if (!name) return version;
    const e = await data(
      api.DELETE('/api/v1/envelopes/{envelope}/recipients/{recipient}', {
        params: { ...this.#at(version).params, path: { envelope: this.#id, recipient: name } },
      }),
    );
    return e.version;
  }

  #fields(): void {
    this.queue.put({ key: 'fields', run: (v) => this.#sendFields(v) });
  }

  async #sendFields(version: number): Promise<number> {
    const s = this.#draft.value;
    const fields = s.history.now.filter((f) => documentOf(s, f.document)).map((f) => this.#bodyOf(f));
    const e = await data(
      api.PUT('/api/v1/envelopes/{envelope}/fields', { ...this.#at(version), body: { fields } }),
    );
    return e.version;
  }

  #bodyOf(f: Field) {
    const { key: _key, recipient, ...rest } = f;
    const there = recipient && this.#draft.value.people.some((p) => p.id === recipient);
    return { ...rest, recipient: (there && this.nameOf(recipient)) || '' };
  }

  /** Adds an upload to the draft, in the place of a document if one is named. */
  addDocument(upload: string, name: string, replaces: string | undefined): Promise<Doc> {
    return this.#document(`add:${upload}`, async (version) => {
      const body = { upload, name };
      const answer = replaces
        ? await api.PUT('/api/v1/envelopes/{envelope}/documents/{document}', {
            params: { ...this.#at(version).params, path: { envelope: this.#id, document: replaces } },
            body,
          })
        : await api.POST('/api/v1/envelopes/{envelope}/documents', { ...this.#at(version), body });
      if (!answer.data) throw new Problem({ code: 'unreadable', status: 400 });
      this.#documentArrived(answer.data, replaces);
      return [answer.data, versionOf(answer.response, version)];
    });
  }

  #documentArrived(doc: Doc, replaces: string | undefined): void {
    const s = this.#draft.value;
    const documents = replaces
      ? s.documents.map((d) => (d.id === replaces ? doc : d))
      : [...s.documents, doc];
    const shows = s.document === undefined || s.document === replaces;
    this.#draft.patch({ documents, ...(shows ? { document: doc.id, page: 1 } : {}) });
    if (replaces) moveFields(this.#draft, replaces, doc.id);
  }

  changeDocument(document: string, body: { name?: string; position?: number }): Promise<Envelope> {
    return this.#document(`change:${document}`, async (version) => {
      const e = await data(
        api.PATCH('/api/v1/envelopes/{envelope}/documents/{document}', {
          params: { ...this.#at(version).params, path: { envelope: this.#id, document } },
          body,
        }),
      );
      this.#draft.patch({ documents: e.documents });
      return [e, e.version];
    });
  }

  removeDocument(document: string): Promise<Envelope> {
    return this.#document(`remove:${document}`, async (version) => {
      const e = await data(
        api.DELETE('/api/v1/envelopes/{envelope}/documents/{document}', {
          params: { ...this.#at(version).params, path: { envelope: this.#id, document } },
        }),
      );
      const next = this.#draft.value.document === document ? e.documents[0]?.id : this.#draft.value.document;
      this.#draft.patch({ documents: e.documents, document: next, selected: [] });
      moveFields(this.#draft, document);
      return [e, e.version];
    });
  }

  /** A job with an answer for the one who asked. */
  #document<T>(key: string, run: (version: number) => Promise<[T, number]>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.put(
        {
          key,
          run: async (version) => {
            const [value, next] = await run(version);
            resolve(value);
            return next;
          },
          refused: reject,
        },
        0,
      );
    });
  }

  async #reload(): Promise<number> {
    const e = await data(
      api.GET('/api/v1/envelopes/{envelope}', { params: { path: { envelope: this.#id } } }),
    );
    this.#take(e, !this.queue.has('fields'));
    return e.version;
  }

  /** Shows what the server has, but for what waits here to be told. */
  #take(e: Envelope, withFields: boolean): void {
    const s = this.#draft.value;
    const ours = new Map([...this.#names].map(([own, name]) => [name, own]));
    const theirs = partiesOf(e).map((p) => ({ ...p, id: ours.get(p.id) ?? p.id }));
    for (const p of theirs) this.#sent.set(p.id, p);
    const kept = theirs.map((p) =>
      this.queue.has(`person:${p.id}`) ? (s.people.find((q) => q.id === p.id) ?? p) : p,
    );
    const unsaid = s.people.filter((p) => !this.nameOf(p.id));
    const fields = withFields ? sameKeys(s.history.now, fieldsOf(e), ours) : s.history.now;
    const document = documentOf({ ...s, documents: e.documents }, s.document)?.id ?? e.documents[0]?.id;
    const next: State = {
      ...s,
      details: { ...detailsOf(e), ...this.#pendingDetails },
      documents: e.documents,
      people: [...kept, ...unsaid],
      history: commit(s.history, fields),
      document,
    };
    this.#known = next; // what came from the server is not told back
    this.#draft.set(next);
  }

  get #id(): string {
    return this.#draft.value.id;
  }

  #at(version: number) {
    return {
      params: { path: { envelope: this.#id }, header: { 'If-Match': `"${version}"` } },
    };
  }
}

/** A recipient that begins here. */
export function newParty(order: number): Party {
  return { id: newKey('new-'), name: '', email: '', role: 'signer', order, locale: '' };
}

function isOurs(id: string): boolean {
  return id.startsWith('new-');
}

const address = /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+$/;

/** Whether an address looks like one; the server has the last word. */
export function looksLikeAddress(s: string): boolean {
  return address.test(s.trim());
}

/** What of a recipient the server does not know yet. A half typed address waits until it is one. */
export function difference(known: Party | undefined, p: Party): Body {
  const body: Body = {};
  if (p.name !== (known?.name ?? '')) body.name = p.name;
  if (p.role !== known?.role) body.role = p.role;
  if (p.order !== known?.order) body.order = p.order;
  if (p.locale && p.locale !== known?.locale) body.locale = p.locale;
  const email = p.email.trim();
  if (email !== (known?.email ?? '') && (email === '' || looksLikeAddress(email))) body.email = email;
  return body;
}

function dropSent(pending: Partial<Details>, sent: Partial<Details>): Partial<Details> {
  return Object.fromEntries(
    Object.entries(pending).filter(([k, v]) => sent[k as keyof Details] !== v || !(k in sent)),
  );
}

/** Keeps our names for fields that lie where they lay, and the whole list where nothing is another. */
export function sameKeys(before: Fields, now: Fields, ours: ReadonlyMap<string, string>): Fields {
  const place = (f: Field) => `${f.document} ${f.page} ${f.type} ${f.x} ${f.y} ${f.width} ${f.height}`;
  const old = new Map(before.map((f) => [place(f), f]));
  const next = now.map((f) => {
    const recipient = f.recipient && (ours.get(f.recipient) ?? f.recipient);
    const there = old.get(place(f));
    const fresh = { ...f, key: there?.key ?? f.key, recipient };
    return there && equal(there, fresh) ? there : fresh;
  });
  const kept = new Set<Field>(before);
  return next.length === before.length && next.every((f) => kept.has(f)) ? before : next;
}

function equal(a: Field, b: Field): boolean {
  return (
    (a.recipient ?? '') === (b.recipient ?? '') &&
    a.required === b.required &&
    (a.existing ?? '') === (b.existing ?? '') &&
    JSON.stringify(a.config) === JSON.stringify(b.config)
  );
}

function versionOf(response: Response, before: number): number {
  const tag = /"(\d+)"/.exec(response.headers.get('ETag') ?? '')?.[1];
  return tag ? Number(tag) : before + 1;
}
