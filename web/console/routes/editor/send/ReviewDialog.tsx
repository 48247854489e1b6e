import { dateTime } from '@shared/format';
import { t } from '@shared/i18n';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../../../me';
import { Dialog, ErrorNote, Icon, Notice } from '../../../parts';
import type { Party } from '../model/state';
import { personColor, personInitials } from '../model/words';
import { inOrder } from '../people/order';
import { useDraft, useEditor } from '../session';
import { openOwn, send } from './send';

interface Props {
  open: boolean;
  /** The sender is the only signer. */
  alone: boolean;
  onClose: () => void;
}

/** The last look: who gets what, in which order and how. */
export function ReviewDialog({ open, alone, onClose }: Props) {
  const session = useEditor();
  const navigate = useNavigate();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const close = () => {
    if (busy) return;
    setError(undefined);
    onClose();
  };
  const go = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const e = await send(session);
      if (alone) return location.assign(await openOwn(e));
      const search = { handover: me.channels.email ? undefined : (1 as const) };
      await navigate({ to: '/envelopes/$envelope', params: { envelope: e.id }, search });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={close} aria-disabled={busy}>
        {t('editor.review.back')}
      </button>
      <button type="button" className="button primary" onClick={go} aria-disabled={busy}>
        <Icon name={busy ? 'spinner' : alone ? 'pen' : 'send'} className={busy ? 'spin' : undefined} />
        {t(busy ? 'editor.review.busy' : alone ? 'editor.review.sign' : 'editor.review.send')}
      </button>
    </>
  );
  const title = t(alone ? 'editor.review.title_self' : 'editor.review.title');
  return (
    <Dialog open={open} onClose={close} title={title} footer={footer} wide={!alone}>
      <div className="stack">
        {error !== undefined && <ErrorNote error={error} />}
        {alone ? <p>{t('editor.review.self')}</p> : <Summary email={me.channels.email} />}
        <p className="visually-hidden" role="status">
          {busy ? t('editor.review.busy') : ''}
        </p>
      </div>
    </Dialog>
  );
}

function Summary({ email }: { email: boolean }) {
  const details = useDraft((s) => s.details);
  const documents = useDraft((s) => s.documents);
  const people = useDraft((s) => s.people);
  const signers = inOrder(people.filter((p) => p.role === 'signer'));
  const others = people.filter((p) => p.role !== 'signer');
  return (
    <>
      {!email && (
        <Notice tone="warn">
          <p>{t('editor.review.no_mail')}</p>
        </Notice>
      )}
      <dl className="ed-facts">
        <dt>{t('editor.send.subject')}</dt>
        <dd>{details.title}</dd>
        <dt>{t('editor.step.documents')}</dt>
        <dd>
          {documents.map((d) => (
            <div key={d.id}>
              {d.name} <span className="meta">{t('editor.documents.pages', { n: d.page_count })}</span>
            </div>
          ))}
        </dd>
        <dt>{t('editor.send.deadline')}</dt>
        <dd>{details.expires_at ? dateTime(details.expires_at) : t('editor.review.no_deadline')}</dd>
      </dl>
      <section className="stack tight">
        <h3>{t('editor.review.signers')}</h3>
        <p className="meta">{orderText(signers, details.ordered)}</p>
        <ol className="review-people">
          {signers.map((p) => (
            <Who key={p.id} person={p} people={people} ordered={details.ordered && signers.length > 1} />
          ))}
        </ol>
      </section>
      {others.length > 0 && (
        <section className="stack tight">
          <h3>{t('editor.review.others')}</h3>
          <p className="meta">{t('editor.review.others_when')}</p>
          <ul className="review-people">
            {others.map((p) => (
              <Who key={p.id} person={p} people={people} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function orderText(signers: readonly Party[], ordered: boolean): string {
  if (signers.length < 2) return t('editor.review.one');
  return t(ordered ? 'editor.review.in_order' : 'editor.review.at_once');
}

function Who({ person, people, ordered }: { person: Party; people: readonly Party[]; ordered?: boolean }) {
  return (
    <li>
      <span className="ed-chip" style={{ background: personColor(person, people) }} aria-hidden="true">
        {personInitials(person, people)}
      </span>
      <span className="review-who">
        <span>{person.name}</span>
        <span className="meta">{person.email}</span>
      </span>
      {ordered && <span className="meta">{t('editor.people.place', { number: person.order })}</span>}
    </li>
  );
}
