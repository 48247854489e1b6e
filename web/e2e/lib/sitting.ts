import type { World } from './world.ts';

interface Sitting {
  name: string;
  documents: { id: string; digest: string }[];
  fields: { id: string; type: string; mine: boolean }[];
}

/** A recipient who acts by the API, where a test or a picture is not about the page. */
export class Sitter {
  #path = '';
  #cookie = '';
  #world: World;

  private constructor(world: World) {
    this.#world = world;
  }

  /** Opens a link and agrees to sign electronically. */
  static async open(world: World, link: string): Promise<Sitter> {
    const s = new Sitter(world);
    const token = link.slice(link.lastIndexOf('/') + 1);
    const { ceremony } = await s.call<{ ceremony: string }>('POST', '/api/v1/ceremonies/exchange', { token });
    s.#path = `/api/v1/ceremonies/${ceremony}`;
    const { version, locale, hash } = await s.call<Record<string, string>>('GET', `${s.#path}/disclosure`);
    await s.call('POST', `${s.#path}/consent`, { version, locale, hash });
    return s;
  }

  /** Fills every field of theirs and signs; a value by the field's type replaces the usual one. */
  async sign(values: Record<string, unknown> = {}): Promise<void> {
    const view = await this.call<Sitting>('GET', this.#path);
    const mine = view.fields.filter((f) => f.mine);
    const usual = (type: string) => values[type] ?? usually(type, view.name);
    const filled = Object.fromEntries(
      mine.map((f) => [f.id, usual(f.type)]).filter(([, v]) => v !== undefined),
    );
    await this.call('PUT', `${this.#path}/values`, { values: filled });
    const { documents } = await this.call<{ documents: { document: string; reviewed: string }[] }>(
      'POST',
      `${this.#path}/preview`,
    );
    const reviewed = Object.fromEntries(documents.map((d) => [d.document, d.reviewed]));
    await this.call('POST', `${this.#path}/sign`, { reviewed });
  }

  async refuse(reason: string): Promise<void> {
    await this.call('POST', `${this.#path}/decline`, { reason });
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Cookie: this.#cookie, 'Idempotency-Key': crypto.randomUUID() };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(this.#world.url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    this.#cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

function usually(type: string, name: string): unknown {
  switch (type) {
    case 'signature':
    case 'initials':
      return { kind: 'typed', text: name };
    case 'checkbox':
      return true;
    case 'text':
      return 'Seen and agreed';
    default:
      return undefined; // filled by the server
  }
}
