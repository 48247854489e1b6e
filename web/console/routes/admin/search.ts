/** What the addresses of these screens hold after the question mark. */

type Search = Record<string, unknown>;

const text = (v: unknown) => (typeof v === 'string' && v !== '' ? v : undefined);

function oneOf<T extends string>(list: readonly T[], v: unknown): T | undefined {
  return list.find((x) => x === v);
}

interface MessagesSearch {
  envelope?: string;
  state?: 'queued' | 'sent' | 'kept' | 'failed';
  message?: string;
}

export const messagesSearch = (s: Search): MessagesSearch => ({
  envelope: text(s.envelope),
  state: oneOf(['queued', 'sent', 'kept', 'failed'], s.state),
  message: text(s.message),
});

export const usersSearch = (s: Search): { view?: 'roles' } => ({ view: oneOf(['roles'], s.view) });

interface AuditSearch {
  operation?: string;
  actor?: string;
  envelope?: string;
  from?: string;
  to?: string;
  row?: string;
}

export const auditSearch = (s: Search): AuditSearch => ({
  operation: text(s.operation),
  actor: text(s.actor),
  envelope: text(s.envelope),
  from: text(s.from),
  to: text(s.to),
  row: text(s.row),
});
