/** The audit log as a file: read page by page, written as JSON Lines or as CSV. */
import type { Schemas } from '@shared/api/client';

export type Row = Schemas['AuditView'];
export type Format = 'jsonl' | 'csv';

const columns = [
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'operation',
  'outcome',
  'envelope',
  'index',
  'hash',
  'facts',
] as const;

/** One cell of a CSV file (RFC 4180). A cell that a spreadsheet would run as a formula is led by an apostrophe. */
export function cell(value: unknown): string {
  const text =
    value === undefined || value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function line(r: Row): string {
  const of: { [c in (typeof columns)[number]]: unknown } = {
    id: r.id,
    at: r.at,
    actor_kind: r.actor.kind,
    actor_id: r.actor.id,
    operation: r.operation,
    outcome: r.outcome,
    envelope: r.envelope,
    index: r.inclusion.index,
    hash: r.hash,
    facts: r.facts,
  };
  return columns.map((c) => cell(of[c])).join(',');
}

/** What stands before the first row. */
export function head(format: Format): string {
  return format === 'csv' ? `${columns.join(',')}\r\n` : '';
}

export function written(rows: Row[], format: Format): string {
  if (format === 'csv') return rows.map((r) => `${line(r)}\r\n`).join('');
  return rows.map((r) => `${JSON.stringify(r)}\n`).join('');
}

export interface Page {
  items: Row[];
  next?: string;
}

/** Reads every page and says after each how many rows there are. Stops with the signal's reason. */
export async function collect(
  read: (cursor: string | undefined) => Promise<Page>,
  format: Format,
  progress: (rows: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const parts = [head(format)];
  let rows = 0;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await read(cursor);
    parts.push(written(page.items, format));
    rows += page.items.length;
    progress(rows);
    cursor = page.next;
  } while (cursor);
  return new Blob(parts, { type: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/jsonl' });
}
