import './envelope.css';
import { Problem } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { may, useMe } from '../../me';
import { ErrorNote, Icon, Loading, Menu, type MenuItem, Notice, Page, Status } from '../../parts';
import { stateOf } from '../home/state';
import { DeleteDialog } from './DeleteDialog';
import { Details } from './Details';
import { Documents } from './Documents';
import { HandOver, needsHandOver } from './HandOver';
import { copiesKept, isSame, isTheirTurn, nextOf } from './next';
import { People } from './People';
import { type Envelope as EnvelopeView, envelopeQuery } from './queries';
import { SignNow } from './SignNow';
import { Steps } from './Steps';
import { Timeline } from './Timeline';
import { VoidDialog } from './VoidDialog';
import { say } from './words';

/** One envelope: where it stands, who acts next, its documents, its history. */
export function Envelope() {
  const { envelope: id } = useParams({ from: '/envelopes/$envelope' });
  const query = useQuery(envelopeQuery(id));
  if (query.data) return <Shown e={query.data} />;
  return (
    <Page title={t('envelope.title')}>
      {query.error ? <Failed error={query.error} retry={() => query.refetch()} /> : <Loading lines={6} />}
    </Page>
  );
}

/** What is not there does not come by asking again: then only the way to the list is offered. */
function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const missing = error instanceof Problem && (error.status === 404 || error.status === 400);
  return (
    <>
      <ErrorNote error={error} {...(missing ? {} : { retry })} />
      <div>
        <Link to="/" className="button">
          {t('lost.home')}
        </Link>
      </div>
    </>
  );
}

function Shown({ e }: { e: EnvelopeView }) {
  const me = useMe();
  const mine = e.recipients.find((r) => isTheirTurn(e, r) && isSame(r.email, me.user.email));
  return (
    <Page
      title={e.title || t('home.untitled')}
      lead={<Lead e={e} mine={mine !== undefined} />}
      actions={
        <>
          {mine && <SignNow envelope={e} recipient={mine} primary />}
          <Actions e={e} />
        </>
      }
      wide
    >
      {e.reason && e.state !== 'draft' && (
        <Notice tone="bad">
          <p>{t('envelope.reason')}</p>
          <blockquote className="quote">{e.reason}</blockquote>
        </Notice>
      )}
      <HandOverNotice e={e} />
      <Steps e={e} />
      <div className="columns">
        <div className="stack main-column">
          <People e={e} />
          <Documents e={e} />
        </div>
        <div className="stack side-column">
          <Details e={e} />
          <Timeline e={e} />
        </div>
      </div>
    </Page>
  );
}

function Lead({ e, mine }: { e: EnvelopeView; mine: boolean }) {
  const me = useMe();
  const { kind, text } = mine ? { kind: 'needs' as const, text: 'state.needs_me' } : stateOf(e.state);
  return (
    <div className="lead-lines">
      <Status kind={kind}>{t(text)}</Status>
      <p>
        {nextOf(e, me.user.email).map((line) => (
          <span key={line.key}>{say(line)} </span>
        ))}
      </p>
    </div>
  );
}

/** What can be done with the whole envelope. */
function Actions({ e }: { e: EnvelopeView }) {
  const [asks, setAsks] = useState<'void' | 'delete'>();
  const close = () => setAsks(undefined);
  if (!may('envelopes:write')) return null;
  const items: MenuItem[] = [];
  if (['preparing', 'sent', 'in_progress'].includes(e.state))
    items.push({ label: t('envelope.void'), icon: 'ban', danger: true, onSelect: () => setAsks('void') });
  if (e.state === 'draft')
    items.push({
      label: t('envelope.delete'),
      icon: 'trash',
      danger: true,
      onSelect: () => setAsks('delete'),
    });
  return (
    <>
      {e.state === 'draft' && (
        <Link to="/envelopes/$envelope/edit" params={{ envelope: e.id }} className="button primary">
          <Icon name="edit" />
          {t('envelope.edit')}
        </Link>
      )}
      {items.length > 0 && <Menu label={t('envelope.more')} items={items} className="button icon-only" />}
      <VoidDialog e={e} open={asks === 'void'} onClose={close} />
      <DeleteDialog e={e} open={asks === 'delete'} onClose={close} />
    </>
  );
}

/** Where nothing is mailed, each person's link is offered to be handed over: at once after sending, and for the copies. */
function HandOverNotice({ e }: { e: EnvelopeView }) {
  const me = useMe();
  const search = useSearch({ from: '/envelopes/$envelope' });
  const navigate = useNavigate({ from: '/envelopes/$envelope' });
  const [open, setOpen] = useState(search.handover === 1);
  if (me.channels.email || !needsHandOver(e, me.user.email)) return null;
  const close = () => {
    setOpen(false);
    if (search.handover) void navigate({ search: {}, replace: true });
  };
  const copies = copiesKept(e).length > 0;
  return (
    <>
      <Notice tone={copies ? 'info' : 'warn'}>
        <p>{t(noticeText(copies))}</p>
        {may('links:reveal') && (
          <div>
            <button type="button" className="button" onClick={() => setOpen(true)}>
              <Icon name="link" />
              {t('handover.open')}
            </button>
          </div>
        )}
      </Notice>
      <HandOver e={e} open={open} onClose={close} />
    </>
  );
}

function noticeText(copies: boolean): string {
  const shows = may('links:reveal');
  if (copies) return shows ? 'handover.copies_notice' : 'handover.copies_may_not';
  return shows ? 'handover.notice' : 'handover.notice_may_not';
}
