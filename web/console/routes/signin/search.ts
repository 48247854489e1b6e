/** Where to go after signing in: a path of ours, nobody else's. */
export function signInSearch(s: Record<string, unknown>): { next?: string } {
  return typeof s.next === 'string' && /^\/(?![/\\])/.test(s.next) ? { next: s.next } : {};
}
