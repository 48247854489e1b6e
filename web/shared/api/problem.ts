import type { Schemas } from './types';

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

/** A key with which a repeated POST gets the first answer. */
export function idempotencyKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
}
