/** How long a key is good for: a number of days, a day that was chosen, or for ever. */
export type Expiry = '30' | '90' | '365' | 'date' | 'never';
export const expiries: Expiry[] = ['30', '90', '365', 'date', 'never'];

/** The instant as the API takes it. A chosen day counts whole, in the reader's zone. */
export function expiresAt(choice: Expiry, day: string, now = new Date()): string | undefined {
  if (choice === 'never') return undefined;
  if (choice !== 'date') return new Date(now.getTime() + Number(choice) * 86_400_000).toISOString();
  const [y, m, d] = day.split('-').map(Number);
  if (!y || !m || !d) return undefined;
  return new Date(y, m - 1, d, 23, 59, 59).toISOString();
}

export type Standing = 'active' | 'soon' | 'expired' | 'revoked';

/** How a key stands now; "soon" is the last fortnight. */
export function standing(k: { expires_at?: string; revoked_at?: string }, now = Date.now()): Standing {
  if (k.revoked_at) return 'revoked';
  if (!k.expires_at) return 'active';
  const left = new Date(k.expires_at).getTime() - now;
  if (left <= 0) return 'expired';
  return left < 14 * 86_400_000 ? 'soon' : 'active';
}
