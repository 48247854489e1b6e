import { api, data, idempotencyKey, Problem } from '@shared/api/client';
import { t } from '@shared/i18n';
import type { Envelope } from '../model/types';
import type { Session } from '../session';

const patience = 30_000;

/** One key for all tries of one decision, so that a lost answer does not send twice. */
const keys = new WeakMap<Session, string>();

/** Saves what waits, sends, and waits until the documents are prepared. */
export async function send(session: Session): Promise<Envelope> {
  const { draft, saver } = session;
  if (!(await saver.queue.flush())) throw new Problem({ code: 'offline', status: 0 });
  const envelope = draft.value.id;
  const key = keys.get(session) ?? idempotencyKey();
  keys.set(session, key);
  try {
    await api.POST('/api/v1/envelopes/{envelope}/send', {
      params: {
        path: { envelope },
        header: { 'If-Match': `"${saver.queue.version}"`, 'Idempotency-Key': key },
      },
    });
  } catch (error) {
    // What was refused is another request when it is mended.
    if (error instanceof Problem && error.status >= 400 && error.status < 500) keys.delete(session);
    throw error;
  }
  return prepared(envelope, session);
}

async function prepared(envelope: string, session: Session): Promise<Envelope> {
  const until = Date.now() + patience;
  for (;;) {
    const e = await data(api.GET('/api/v1/envelopes/{envelope}', { params: { path: { envelope } } }));
    if (e.state === 'draft') {
      keys.delete(session);
      session.saver.adopt(e);
      throw new Problem({
        code: e.reason || 'prepare_failed',
        status: 409,
        detail: t('editor.review.failed'),
      });
    }
    if (e.state !== 'preparing' || Date.now() > until) return e;
    await new Promise((r) => setTimeout(r, 300));
  }
}

/** Opens the sender's own sitting and gives its address. */
export async function openOwn(e: Envelope): Promise<string> {
  const recipient = e.recipients[0]?.id ?? '';
  const opened = await data(
    api.POST('/api/v1/envelopes/{envelope}/recipients/{recipient}/open', {
      params: { path: { envelope: e.id, recipient } },
    }),
  );
  return `/c/${opened.ceremony}?from=console`;
}
