import { api, data, type Schemas } from '@shared/api/client';
import type { Values } from './saves';
import type { Preview, Receipt, View } from './types';

export type Handover = Schemas['HandoverOutputBody'];

/** The calls of one sitting. Its id changes when the recipient comes in anew while this page is open. */
export class Calls {
  ceremony: string;

  constructor(ceremony: string) {
    this.ceremony = ceremony;
  }

  get #path() {
    return { params: { path: { ceremony: this.ceremony } } };
  }

  read(): Promise<View> {
    return data(api.GET('/api/v1/ceremonies/{ceremony}', this.#path));
  }

  async viewed(documents: { [document: string]: string }): Promise<void> {
    await api.POST('/api/v1/ceremonies/{ceremony}/viewed', { ...this.#path, body: { documents } });
  }

  async save(values: Values): Promise<void> {
    await api.PUT('/api/v1/ceremonies/{ceremony}/values', { ...this.#path, body: { values } });
  }

  preview(): Promise<Preview> {
    return data(api.POST('/api/v1/ceremonies/{ceremony}/preview', this.#path));
  }

  sign(key: string, reviewed: Preview): Promise<Receipt> {
    const body = { reviewed: Object.fromEntries(reviewed.documents.map((d) => [d.document, d.reviewed])) };
    const header = { 'Idempotency-Key': key };
    const params = { path: { ceremony: this.ceremony }, header };
    return data(api.POST('/api/v1/ceremonies/{ceremony}/sign', { params, body }));
  }

  async decline(reason: string): Promise<void> {
    await api.POST('/api/v1/ceremonies/{ceremony}/decline', { ...this.#path, body: { reason } });
  }

  handover(): Promise<Handover> {
    return data(api.POST('/api/v1/ceremonies/{ceremony}/handover', this.#path));
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
}
