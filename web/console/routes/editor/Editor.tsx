import './editor.css';
import { api, data } from '@shared/api/client';
import { t } from '@shared/i18n';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { announce, ErrorNote, Loading, Notice, Page } from '../../parts';
import { takeUp } from './documents/pending';
import type { Envelope, FieldType } from './model/types';
import { enter, isOpen, leave, type Session, SessionContext } from './session';
import { Workbench } from './Workbench';

const typesQuery = queryOptions({
  queryKey: ['field-types'],
  queryFn: () => data(api.GET('/api/v1/field-types')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** One page to prepare an envelope: documents, people, fields, send. */
export function Editor() {
  const { envelope: id } = useParams({ from: '/envelopes/$envelope/edit' });
  const envelope = useQuery({
    queryKey: ['envelope', id],
    queryFn: () => data(api.GET('/api/v1/envelopes/{envelope}', { params: { path: { envelope: id } } })),
    refetchOnMount: 'always',
  });
  const types = useQuery(typesQuery);
  const error = envelope.error ?? types.error;
  const fresh = envelope.isFetchedAfterMount || isOpen(id);
  if (envelope.data && types.data && fresh) {
    return <Open key={id} envelope={envelope.data} types={types.data.items} />;
  }
  return (
    <Page title={t('editor.title')}>
      {error ? (
        <ErrorNote
          error={error}
          retry={() => {
            void envelope.refetch();
            void types.refetch();
          }}
        />
      ) : (
        <Loading label={t('editor.loading')} lines={6} />
      )}
    </Page>
  );
}

function Open({ envelope, types }: { envelope: Envelope; types: readonly FieldType[] }) {
  const [session, setSession] = useState<Session | undefined>(undefined);
  const editable = envelope.state === 'draft';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the work begins with what was read first; later answers are adopted below
  useEffect(() => {
    if (!editable) return;
    const mine = enter(envelope, types, (name) => announce(t('editor.documents.added', { name })));
    takeUp(mine);
    setSession(mine);
    return () => leave(mine);
  }, [editable]);
  useEffect(() => session?.saver.adopt(envelope), [session, envelope]);
  useUnsaved(session);
  const over = useOver(!editable && session !== undefined);
  if (over || (!editable && !session)) return <NoDraft envelope={envelope} />;
  if (!session) return null;
  return (
    <SessionContext.Provider value={session}>
      <Workbench />
    </SessionContext.Provider>
  );
}

/** Somebody else has sent or withdrawn the draft. Who sends it here is on the way to the envelope before that shows. */
function useOver(closed: boolean): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!closed) return;
    const wait = setTimeout(() => setOver(true), 3000);
    return () => clearTimeout(wait);
  }, [closed]);
  return over;
}

/** The browser asks before a page is closed on which something is not saved yet. */
function useUnsaved(session: Session | undefined) {
  useEffect(() => {
    if (!session) return;
    const ask = (e: BeforeUnloadEvent) => {
      const under = session.uploads.list.value.some((a) => a.state !== 'failed');
      if (session.saver.queue.idle && !under) return;
      void session.saver.queue.flush();
      e.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [session]);
}

function NoDraft({ envelope }: { envelope: Envelope }) {
  return (
    <Page title={envelope.title || t('editor.untitled')}>
      <Notice>
        <p>{t('editor.sent_already')}</p>
        <p>
          <Link to="/envelopes/$envelope" params={{ envelope: envelope.id }} className="button">
            {t('editor.see_envelope')}
          </Link>
        </p>
      </Notice>
    </Page>
  );
}
