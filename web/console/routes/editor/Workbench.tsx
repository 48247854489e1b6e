import { t } from '@shared/i18n';
import { useEffect } from 'react';
import { Notice } from '../../parts';
import { PagesView } from './canvas/PagesView';
import { DocumentsPanel } from './documents/DocumentsPanel';
import { Head } from './Head';
import { Inspector } from './inspector/Inspector';
import { Palette } from './inspector/Palette';
import { useStore } from './model/store';
import { PeoplePanel } from './people/PeoplePanel';
import { SendPanel } from './send/SendPanel';
import { useDraft, useEditor } from './session';

/** The page as it lies before the sender: what to do at the start, the pages in the middle, what is chosen at the end. */
export function Workbench() {
  const step = useDraft((s) => s.step);
  const empty = useDraft((s) => s.documents.length === 0);
  const title = useDraft((s) => s.details.title);
  useEffect(() => {
    document.title = `${title || t('editor.untitled')} – Consigil`;
  }, [title]);
  return (
    <div className={`editor step-${step}${empty ? ' empty-draft' : ''}`}>
      <Head />
      <Overtaken />
      <div className="ed-body">
        <section className="ed-panel" aria-labelledby="ed-panel-title">
          {step === 'documents' && <DocumentsPanel />}
          {step === 'people' && <PeoplePanel />}
          {step === 'fields' && <Palette />}
          {step === 'send' && <SendPanel />}
        </section>
        {!empty && <PagesView />}
        {!empty && step === 'fields' && <Inspector />}
      </div>
      <p id="editor-keys" className="visually-hidden">
        {t('editor.keys')}
      </p>
    </div>
  );
}

/** Somebody else worked on the same draft. */
function Overtaken() {
  const { saver } = useEditor();
  const times = useStore(saver.queue.conflicts, (n) => n);
  if (times === 0) return null;
  return (
    <div className="ed-notice">
      <Notice tone="warn">
        <div className="row spread">
          <p role="status">{t('editor.overtaken')}</p>
          <button type="button" className="button" onClick={() => saver.queue.conflicts.set(0)}>
            {t('editor.understood')}
          </button>
        </div>
      </Notice>
    </div>
  );
}
