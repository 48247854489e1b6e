/** A day of the reader's zone as an instant: its beginning, or the beginning of the day after. */
export function startOf(day: string | undefined): string | undefined {
  return instant(day, 0);
}

export function endOf(day: string | undefined): string | undefined {
  return instant(day, 1);
}

function instant(day: string | undefined, later: number): string | undefined {
  const [y, m, d] = (day ?? '').split('-').map(Number);
  if (!y || !m || !d) return undefined;
  const at = new Date(y, m - 1, d + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
