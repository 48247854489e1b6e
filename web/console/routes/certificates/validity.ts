export type Validity = 'future' | 'valid' | 'soon' | 'now' | 'expired';

const day = 86_400_000;

/** Whole days until an instant; negative after it. */
export function daysUntil(at: string, now = Date.now()): number {
  return Math.floor((new Date(at).getTime() - now) / day);
}

/** How a certificate stands: under 90 days is soon, under 30 it should be renewed now. */
export function validity(c: { not_before: string; not_after: string }, now = Date.now()): Validity {
  if (new Date(c.not_before).getTime() > now) return 'future';
  if (new Date(c.not_after).getTime() <= now) return 'expired';
  const left = daysUntil(c.not_after, now);
  if (left < 30) return 'now';
  return left < 90 ? 'soon' : 'valid';
}

/** The common name of a subject as Go writes it (RFC 2253), else all of it. */
export function commonName(subject: string): string {
  const cn = /(?:^|[,+])CN=((?:\\.|[^,+\\])*)/.exec(subject)?.[1];
  return cn ? cn.replaceAll(/\\(.)/g, '$1') : subject;
}
