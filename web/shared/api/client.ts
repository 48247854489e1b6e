import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, problemOf } from './problem';
import type { paths } from './types';

export type { Faulty } from './problem';
export { idempotencyKey, Problem, problemOf } from './problem';
export type { Schemas } from './types';

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

/** The API, typed from the operation table. Failures are thrown as Problem. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(throwing);

/** The data of an answer that has some. */
export async function data<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const answer = await call;
  if (answer.data === undefined) throw new Problem({ title: 'Empty answer', code: 'unreadable' });
  return answer.data;
}
