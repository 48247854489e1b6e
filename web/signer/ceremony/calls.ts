import { Problem, problemOf } from '@shared/api/problem';
import type { Schemas } from '@shared/api/types';
import type { Values } from './saves';
import type { Preview, Receipt, View } from './types';

export type Handover = Schemas['HandoverOutputBody'];

/** The calls of one sitting. Its id changes when the recipient comes in anew while this page is open. */
export class Calls {
  ceremony: string;

  constructor(ceremony: string) {
    this.ceremony = ceremony;
  }

  read(): Promise<View> {
    return this.#ask('GET', '');
  }

  viewed(documents: { [document: string]: string }): Promise<void> {
    return this.#ask('POST', '/viewed', { documents });
  }

  save(values: Values): Promise<void> {
    return this.#ask('PUT', '/values', { values });
  }

  preview(): Promise<Preview> {
    return this.#ask('POST', '/preview');
  }

  sign(key: string, shown: Preview): Promise<Receipt> {
    const reviewed = Object.fromEntries(shown.documents.map((d) => [d.document, d.reviewed]));
    const body: Schemas['SignBody'] = { reviewed, entries: shown.entries };
    return this.#ask('POST', '/sign', body, { 'Idempotency-Key': key });
  }

  decline(reason: string): Promise<void> {
    return this.#ask('POST', '/decline', { reason });
  }

  handover(): Promise<Handover> {
    return this.#ask('POST', '/handover');
  }

  /** Addresses that elements load by themselves. */
  file(document: string, digest: string): string {
    return `${this.#base}/documents/${document}/${digest}`;
  }

  previewImage(document: string, page: number, dpi: number): string {
    return `${this.#base}/preview/${document}/pages/${page}/image?dpi=${dpi}&format=png`;
  }

  certificate(): string {
    return `${this.#base}/certificate`;
  }

  events(): string {
    return `${this.#base}/events`;
  }

  get #base(): string {
    return `/api/v1/ceremonies/${encodeURIComponent(this.ceremony)}`;
  }

  /** One call; every failure is a Problem, of the network too. */
  async #ask<T>(method: string, step: string, body?: object, more: Record<string, string> = {}): Promise<T> {
    const headers = body ? { ...more, 'Content-Type': 'application/json' } : more;
    let answer: Response;
    try {
      answer = await fetch(this.#base + step, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new Problem({});
    }
    if (!answer.ok) throw await problemOf(answer);
    const text = await answer.text().catch(() => {
      throw new Problem({});
    });
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
