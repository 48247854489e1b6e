import { Problem } from '@shared/api/problem';
import { direction } from '@shared/i18n';
import { Calls } from './calls';
import { readingOrder } from './order';
import { SaveQueue, type SaveState } from './saves';
import type { Brand, Doc, Field, Mark, PageState, Value, View } from './types';
import { type Count, count, marks, mineToFill, nextField, readValue, startValue } from './values';

export type Stage = 'document' | 'review' | 'after' | 'ended';

export interface Fault {
  code: string;
  detail: string;
}

/** What the page knows of a sitting: what the server said, and what was entered since. */
export class Sitting {
  readonly calls: Calls;
  readonly queue: SaveQueue;
  readonly brand: Brand;
  view: View;
  stage: Stage = 'document';
  /** Every field that is shown, in reading order. */
  fields: Field[] = [];
  /** The document on the screen. */
  document = '';
  /** The field that is being filled. */
  current: string | undefined;
  /** The field to go to as soon as its document is on the screen. */
  goal: Field | undefined;
  faults = new Map<string, Fault>();
  visited = new Set<string>();
  /** The marks that were adopted in this page; they are kept nowhere else. */
  adopted: { signature?: Mark; initials?: Mark } = {};
  saving: SaveState = 'idle';
  /** Why the sitting is over, if it is. */
  ended: Problem | undefined;
  /** Others signed since the document was opened. */
  changed = false;
  /** What the status line says, for those who hear the page. */
  said = '';
  #values = new Map<string, Value>();
  #listeners = new Set<() => void>();
  #version = 0;

  constructor(page: PageState & { view: View }) {
    this.calls = new Calls(page.ceremony);
    this.brand = page.brand ?? {};
    this.view = page.view;
    this.queue = new SaveQueue((values) => this.calls.save(values), {
      state: (s, why) => this.#saved(s, why),
      refused: (field, code, detail) => this.fault(field, { code, detail }),
      taken: (fields) => this.#took(fields),
    });
    this.take(page.view);
    this.document = page.view.documents[0]?.id ?? '';
    this.stage = page.view.recipient_state === 'done' ? 'after' : 'document';
  }

  subscribe(run: () => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  get version(): number {
    return this.#version;
  }

  tell(): void {
    this.#version++;
    for (const run of this.#listeners) run();
  }

  say(text: string): void {
    this.said = text === this.said ? `${text}\u00a0` : text;
    this.tell();
  }

  /** Takes over what the server says now; what was entered here and is not saved yet stays. */
  take(view: View): void {
    this.view = view;
    this.fields = readingOrder(view.fields, view.documents, direction() === 'rtl');
    const unsaved = this.queue.unsaved;
    for (const f of view.fields) {
      if (f.id in unsaved || this.faults.has(f.id)) continue;
      this.#values.set(f.id, startValue(f));
      this.#readopt(f);
    }
    this.tell();
  }

  /** A mark that was given before the page was loaded serves the other fields too. */
  #readopt(f: Field): void {
    if (!mineToFill(f) || !marks(f)) return;
    const v = readValue(f.value);
    const slot = f.type === 'initials' ? 'initials' : 'signature';
    if (v && typeof v === 'object') this.adopted[slot] ??= v;
  }

  value = (field: string): Value => this.#values.get(field) ?? null;

  set(field: Field, value: Value): void {
    this.#values.set(field.id, value);
    this.faults.delete(field.id);
    this.queue.put(field.id, value);
    this.tell();
  }

  fault(field: string, f: Fault): void {
    this.faults.set(field, f);
    this.tell();
  }

  visit(field: Field): void {
    this.visited.add(field.id);
    if (this.current === field.id) return;
    this.current = field.id;
    this.tell();
  }

  leave(): void {
    this.current = undefined;
    this.tell();
  }

  go(stage: Stage): void {
    this.stage = stage;
    this.current = undefined;
    this.tell();
  }

  show(document: string): void {
    this.document = document;
    this.tell();
  }

  doc(id: string): Doc | undefined {
    return this.view.documents.find((d) => d.id === id);
  }

  field(id: string | undefined): Field | undefined {
    return this.fields.find((f) => f.id === id);
  }

  /** The fields that the recipient fills in, in reading order. */
  get mine(): Field[] {
    return this.fields.filter(mineToFill);
  }

  get count(): Count {
    return count(this.fields, this.value, this.faults);
  }

  get next(): Field | undefined {
    return nextField(this.fields, this.value, this.visited, this.current);
  }

  async reread(): Promise<void> {
    try {
      const view = await this.calls.read();
      const before = this.view.recipient_state;
      this.changed ||= moved(this.view, view) && this.stage === 'document';
      this.take(view);
      if (view.recipient_state === 'done' && before !== 'done') this.done();
    } catch (e) {
      if (e instanceof Problem && e.status >= 400 && e.status < 500 && e.status !== 429) this.end(e);
    }
  }

  /** The reader knows that others signed meanwhile. */
  settled(): void {
    this.changed = false;
    this.tell();
  }

  done(): void {
    this.queue.close();
    this.go('after');
  }

  /** The server lets nothing more in. Who only has to come in again keeps the page and what was entered. */
  end(why: Problem): void {
    this.ended = why;
    if (comesBack(why)) this.tell();
    else {
      this.queue.close();
      this.go('ended');
    }
  }

  /** Goes on in a sitting that was opened elsewhere in this browser. */
  async goOn(ceremony: string): Promise<void> {
    this.calls.ceremony = ceremony;
    this.ended = undefined;
    this.queue.resume();
    await this.reread();
  }

  #saved(s: SaveState, why?: Problem): void {
    this.saving = s;
    if (s === 'ended' && why) {
      if (why.status === 409 || why.status === 403) void this.reread();
      else this.end(why);
    }
    this.tell();
  }

  #took(fields: string[]): void {
    for (const f of fields) this.faults.delete(f);
  }
}

/** Whether opening the link again brings the recipient back to where they were. */
export function comesBack(p: Problem): boolean {
  // not_signed_in: the browser itself has let go of a cookie whose time was over.
  return ['no_sitting', 'sitting_expired', 'not_signed_in'].includes(p.code);
}

function moved(a: View, b: View): boolean {
  return b.documents.some((d) => a.documents.find((o) => o.id === d.id)?.digest !== d.digest);
}
