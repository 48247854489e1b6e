import { t } from '@shared/i18n';
import { useState } from 'react';
import { announce, ErrorNote } from '../../../parts';
import { useStore } from '../model/store';
import { Next, PanelHead } from '../parts';
import { useDraft, useEditor } from '../session';
import { ArrivalItem } from './ArrivalItem';
import { DocumentItem } from './DocumentItem';
import { DropZone } from './DropZone';

/** What is to be signed: the documents in their order, those on their way, and room for more. */
export function DocumentsPanel() {
  const { saver, uploads } = useEditor();
  const documents = useDraft((s) => s.documents);
  const arrivals = useStore(uploads.list, (l) => l);
  const [error, setError] = useState<unknown>(undefined);
  const [dragged, setDragged] = useState<string | undefined>(undefined);
  const empty = documents.length === 0 && arrivals.length === 0;
  const move = (id: string, to: number) => {
    const doc = documents.find((d) => d.id === id);
    if (!doc || to < 1 || to > documents.length || to === doc.position) return;
    setError(undefined);
    saver
      .changeDocument(id, { position: to })
      .then(
        () => announce(t('editor.documents.moved', { name: doc.name, position: to, of: documents.length })),
        setError,
      );
  };
  return (
    <>
      <PanelHead title={t('editor.step.documents')} lead={t('editor.documents.lead')} />
      <div className="panel-body">
        {error !== undefined && <ErrorNote error={error} />}
        {documents.length > 0 && (
          <ol className="ed-documents">
            {documents.map((d, i) => (
              <DocumentItem
                key={d.id}
                doc={d}
                place={i + 1}
                of={documents.length}
                onMove={(to) => move(d.id, to)}
                onError={setError}
                dragged={dragged}
                onDrag={setDragged}
                onDropped={(id) => move(id, i + 1)}
              />
            ))}
          </ol>
        )}
        {arrivals.length > 0 && (
          <ul className="ed-documents" aria-label={t('editor.documents.arriving')}>
            {arrivals.map((a) => (
              <ArrivalItem key={a.key} arrival={a} />
            ))}
          </ul>
        )}
        <DropZone large={empty} onFiles={(files) => uploads.add(files)} />
      </div>
      {documents.length > 0 && <Next to="people" />}
    </>
  );
}
