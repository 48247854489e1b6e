import { api } from '@shared/api/client';
import { initials } from '@shared/format';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { may, useMe } from '../../me';
import {
  ErrorNote,
  Icon,
  Menu,
  type MenuItem,
  Notice,
  Status,
  type StatusKind,
  Time,
  toast,
} from '../../parts';
import { copiesKept, isSame, isTheirTurn, nameOf } from './next';
import type { Envelope, Recipient } from './queries';
import { RevealDialog } from './RevealDialog';

/** Who is in it, in which order, and how far each has come. */
export function People({ e }: { e: Envelope }) {
  return (
    <section className="card stack" aria-labelledby="people">
      <div className="row spread">
        <h2 id="people">{t('people.title')}</h2>
        {e.recipients.length > 1 && (
          <span className="meta">{t(e.ordered ? 'people.ordered' : 'people.at_once')}</span>
        )}
      </div>
      {e.recipients.length === 0 && <p className="meta">{t('people.none')}</p>}
      <ol className="people">
        {e.recipients.map((r, i) => (
          <Person key={r.id} e={e} r={r} place={i} />
        ))}
      </ol>
    </section>
  );
}

const kinds: { [S in Recipient['state']]: StatusKind } = {
  waiting: 'draft',
  notified: 'waiting',
  opened: 'waiting',
  consented: 'waiting',
  done: 'done',
  declined: 'bad',
};

/** The words for how far a person has come; in a draft nobody has been asked yet. */
function stateText(e: Envelope, r: Recipient): string {
  if (e.state === 'draft') return r.role === 'copy' ? 'person.waiting_copy' : 'person.draft';
  if (hasEnded(e) && !isDone(r)) return 'person.ended';
  if (r.role === 'copy' && copiesKept(e).includes(r)) return 'person.copy_kept';
  if (r.state === 'done') return `person.done_${r.role}`;
  if (r.state === 'waiting' && r.role === 'copy') return 'person.waiting_copy';
  return `person.${r.state}`;
}

/** A pencil says draft; for people who only wait their turn a clock says more. */
function iconOf(r: Recipient, idle: boolean): { icon?: 'minus' | 'clock' } {
  if (idle) return { icon: 'minus' };
  return r.state === 'waiting' ? { icon: 'clock' } : {};
}

/** Ended early, so that nobody acts any more. */
function hasEnded(e: Envelope): boolean {
  return ['declined', 'voided', 'expired'].includes(e.state);
}

function isDone(r: Recipient): boolean {
  return r.state === 'done' || r.state === 'declined';
}

function Person({ e, r, place }: { e: Envelope; r: Recipient; place: number }) {
  const [shows, setShows] = useState(false);
  const resend = useResend(e, r);
  const idle = hasEnded(e) && !isDone(r);
  const at = r.done_at ?? r.consented_at ?? r.opened_at ?? r.notified_at;
  return (
    <li className="person">
      <span className={`initials who-${place % 8}`} aria-hidden="true">
        {initials(nameOf(r))}
      </span>
      <div className="grow">
        <div className="person-name">
          {e.ordered && e.recipients.length > 1 && r.role !== 'copy' && (
            <span className="order">{t('people.place', { n: r.order })}</span>
          )}
          <strong>{nameOf(r)}</strong>
          {r.role !== 'signer' && <span className="chip">{t(`person.role_${r.role}`)}</span>}
        </div>
        <div className="meta">{r.name ? r.email : ''}</div>
        <div className="person-state">
          <Status kind={idle ? 'draft' : kinds[r.state]} {...iconOf(r, idle)}>
            {t(stateText(e, r))}
          </Status>
          {at && e.state !== 'draft' && !idle && (
            <span className="meta">
              <Time at={at} near={false} />
            </span>
          )}
        </div>
        <Delivery e={e} r={r} />
        {r.reason && r.reason !== e.reason && <blockquote className="quote">{r.reason}</blockquote>}
        {resend.error && <ErrorNote error={resend.error} />}
      </div>
      <PersonMenu e={e} r={r} resend={() => resend.mutate()} reveal={() => setShows(true)} />
      <RevealDialog e={e} r={r} open={shows} onClose={() => setShows(false)} />
    </li>
  );
}

/** What became of the newest message to a person. Silent once they have come. */
function Delivery({ e, r }: { e: Envelope; r: Recipient }) {
  const me = useMe();
  const d = r.delivery;
  if (!d) return null;
  if (d.state === 'failed') {
    return (
      <Notice tone="bad">
        <p>{t('delivery.failed', { to: r.email })}</p>
        {d.error && <p className="meta">{d.error}</p>}
      </Notice>
    );
  }
  if (r.state !== 'notified' || !isTheirTurn(e, r) || isSame(r.email, me.user.email)) return null;
  const key = d.state === 'kept' && me.channels.email ? 'delivery.kept_before' : `delivery.${d.state}`;
  return <div className="meta">{t(key)}</div>;
}

function useResend(e: Envelope, r: Recipient) {
  return useMutation({
    mutationFn: () =>
      api.POST('/api/v1/envelopes/{envelope}/recipients/{recipient}/resend', {
        params: { path: { envelope: e.id, recipient: r.id } },
      }),
    onSuccess: () => toast(t('person.resent', { name: nameOf(r) })),
  });
}

function PersonMenu({
  e,
  r,
  resend,
  reveal,
}: {
  e: Envelope;
  r: Recipient;
  resend: () => void;
  reveal: () => void;
}) {
  const me = useMe();
  const ended = e.state === 'sealed' || e.state === 'delivered';
  if (!ended && !isTheirTurn(e, r)) return null;
  const items: MenuItem[] = [];
  if (may('envelopes:write') && me.channels.email)
    items.push({ label: t('person.resend'), icon: 'refresh', onSelect: resend });
  if (may('links:reveal')) items.push({ label: t('person.reveal'), icon: 'link', onSelect: reveal });
  const [only, ...others] = items;
  if (!only) return null;
  if (others.length === 0 && !ended) {
    return (
      <button type="button" className="button quiet" onClick={only.onSelect}>
        {only.icon && <Icon name={only.icon} />}
        {only.label}
        <span className="visually-hidden">: {nameOf(r)}</span>
      </button>
    );
  }
  return (
    <Menu label={t('person.actions', { name: nameOf(r) })} items={items}>
      <Icon name="more" />
    </Menu>
  );
}
