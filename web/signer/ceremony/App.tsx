import { t } from '@shared/i18n';
import type { ComponentType } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { DocumentStage } from './DocumentStage';
import { useSitting } from './hooks';
import type { Sitting } from './sitting';
import { Top } from './Top';
import type { Field } from './types';

/** Parts that not everybody needs, fetched when the page is at rest or when they are asked for. */
const later = {
  adopt: () => import('./Adopt'),
  review: () => import('./Review'),
  after: () => import('./After'),
  ended: () => import('./Ended'),
  refuse: () => import('./Refuse'),
  handOver: () => import('./Handover'),
};

/** Fetches what comes later while there is a network to fetch it over. */
export async function fetchLater(): Promise<void> {
  for (const get of Object.values(later)) await get().catch(() => {});
}

type Dialogs = { kind: 'adopt'; field: Field } | { kind: 'refuse' } | { kind: 'handOver' } | undefined;

/** One recipient's sitting, from the document to the sealed file. */
export function App({ s }: { s: Sitting }) {
  useSitting(s);
  const [dialog, setDialog] = useState<Dialogs>();
  const close = useCallback(() => setDialog(undefined), []);
  const adopt = useCallback((field: Field) => setDialog({ kind: 'adopt', field }), []);
  useEffect(() => {
    document.title = t(`title.${s.stage}`, { title: s.view.title });
    document.body.classList.toggle('sitting', s.stage === 'document');
    if (s.stage !== 'document') setDialog(undefined);
    scrollTo(0, 0);
  }, [s.stage, s.view.title]);
  const back = (f: Field) => {
    s.go('document');
    s.visit(f);
    s.show(f.document);
  };
  return (
    <>
      {s.stage === 'document' && (
        <div class="sitting-page">
          <Top
            s={s}
            acts={{
              refuse: () => setDialog({ kind: 'refuse' }),
              handOver: () => setDialog({ kind: 'handOver' }),
            }}
          />
          <DocumentStage s={s} onAdopt={adopt} />
        </div>
      )}
      {s.stage === 'review' && <Lazy get={later.review} props={{ s, onField: back }} />}
      {s.stage === 'after' && <Lazy get={later.after} props={{ s }} />}
      {s.stage === 'ended' && <Lazy get={later.ended} props={{ s }} />}
      {dialog?.kind === 'adopt' && (
        <Lazy get={later.adopt} props={{ s, field: dialog.field, onClose: close }} />
      )}
      {dialog?.kind === 'refuse' && <Lazy get={later.refuse} props={{ s, onClose: close }} />}
      {dialog?.kind === 'handOver' && <Lazy get={later.handOver} props={{ s, onClose: close }} />}
      <p class="visually-hidden" role="status">
        {s.said}
      </p>
    </>
  );
}

/** A part that may have to be fetched first. */
function Lazy<P extends object>({ get, props }: { get(): Promise<{ default: ComponentType<P> }>; props: P }) {
  const [Part, setPart] = useState<ComponentType<P>>();
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round fetches again
  useEffect(() => {
    setFailed(false);
    get().then(
      (m) => setPart(() => m.default),
      () => setFailed(true),
    );
  }, [get, round]);
  if (Part) return <Part {...props} />;
  if (!failed) return null;
  return (
    <div class="notice bad" role="alert">
      <p>{t('problem.offline')}</p>
      <button type="button" class="button" onClick={() => setRound((n) => n + 1)}>
        {t('again')}
      </button>
    </div>
  );
}
