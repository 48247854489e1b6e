import createClient, { type Middleware } from 'openapi-fetch';
import type { paths, Schemas } from './types';

export type { Schemas } from './types';

export type Faulty = Schemas['FaultyField'];

/** A problem that the server told, or that kept us from it: then `code` is offline and `status` 0. */
export class Problem extends Error {
  override name = 'Problem';
  status: number;
  code: string;
  errors: Faulty[];
  /** Seconds after which to try again, where the server says so. */
  retryAfter: number | undefined;
  constructor(body: Partial<Schemas['Problem']>, retryAfter?: number) {
    super(body.detail ?? body.title ?? 'Problem');
    this.status = body.status ?? 0;
    this.code = body.code ?? 'offline';
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** Turns every failed answer into a thrown Problem. */
const throwing: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return;
    throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof Error && error.name === 'AbortError') return error;
    return error instanceof Problem ? error : new Problem({ title: 'Offline', code: 'offline', status: 0 });
  },
};

export async function problemOf(response: Response): Promise<Problem> {
  const after = Number(response.headers.get('Retry-After'));
  let body: Partial<Schemas['Problem']> = {};
  try {
    body = await response.json();
  } catch {
    body = { title: response.statusText, code: 'unreadable' };
  }
  return new Problem(
    { ...body, status: response.status },
    Number.isFinite(after) && after > 0 ? after : undefined,
  );
}

/** The API, typed from the operation table. Failures are thrown as Problem. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(throwing);

/** The data of an answer that has some. */
export async function data<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const answer = await call;
  if (answer.data === undefined) throw new Problem({ title: 'Empty answer', code: 'unreadable' });
  return answer.data;
}

/** A key with which a repeated POST gets the first answer. */
export function idempotencyKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}
