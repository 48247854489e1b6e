import { t } from '@shared/i18n';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { DocumentStage } from './DocumentStage';
import { useSitting } from './hooks';
import { Lazy, later } from './later';
import type { Sitting } from './sitting';
import { Top } from './Top';
import type { Field } from './types';

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
    s.goal = f;
    s.show(f.document);
    s.go('document');
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
