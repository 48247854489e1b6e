import { Problem } from '@shared/api/client';

/** What was read, and the tag with which a change of it is sent, so that nobody's change is overwritten unseen. */
export interface Tagged<T> {
  value: T;
  tag: string | undefined;
}

export async function tagged<T>(call: Promise<{ data?: T; response: Response }>): Promise<Tagged<T>> {
  const { data, response } = await call;
  if (data === undefined) throw new Problem({ title: 'Empty answer', code: 'unreadable' });
  return { value: data, tag: response.headers.get('ETag') ?? undefined };
}

/** The header of a change that builds on what was read. */
export function ifMatch(tag: string | undefined): { 'If-Match'?: string } {
  return tag ? { 'If-Match': tag } : {};
}

/** Whether a change was refused because somebody else came first; then it has to be read again. */
export function overtaken(error: unknown): boolean {
  return error instanceof Problem && error.status === 412;
}
