import { t } from '@shared/i18n';
import { lazy, Suspense, useEffect } from 'react';
import { Loading, Notice } from '../../parts';
import { DocumentsPanel } from './documents/DocumentsPanel';
import { Head } from './Head';
import { useStore } from './model/store';
import { PeoplePanel } from './people/PeoplePanel';
import { useDraft, useEditor } from './session';

const pages = () => import('./canvas/PagesView');
const fields = () => import('./inspector/fields');
const send = () => import('./send/SendPanel');

// What a step needs comes with it, or while one is busy with the step before.
const PagesView = lazy(() => pages().then((m) => ({ default: m.PagesView })));
const Palette = lazy(() => fields().then((m) => ({ default: m.Palette })));
const Inspector = lazy(() => fields().then((m) => ({ default: m.Inspector })));
const SendPanel = lazy(() => send().then((m) => ({ default: m.SendPanel })));

function fetchAhead() {
  for (const part of [pages, fields, send]) part().catch(() => {}); // asked for again when it is needed
}

/** The page as it lies before the sender: what to do at the start, the pages in the middle, what is chosen at the end. */
export function Workbench() {
  const step = useDraft((s) => s.step);
  const empty = useDraft((s) => s.documents.length === 0);
  const title = useDraft((s) => s.details.title);
  useEffect(() => {
    document.title = `${title || t('editor.untitled')} – Consigil`;
  }, [title]);
  useEffect(() => {
    const timer = setTimeout(fetchAhead, 800);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={`editor step-${step}${empty ? ' empty-draft' : ''}`}>
      <Head />
      <Overtaken />
      <div className="ed-body">
        <section className="ed-panel" aria-labelledby="ed-panel-title">
          <Suspense fallback={<Waiting />}>
            {step === 'documents' && <DocumentsPanel />}
            {step === 'people' && <PeoplePanel />}
            {step === 'fields' && <Palette />}
            {step === 'send' && <SendPanel />}
          </Suspense>
        </section>
        <Suspense fallback={<div className="ed-work" />}>{!empty && <PagesView />}</Suspense>
        <Suspense fallback={<div className="ed-side" />}>
          {!empty && step === 'fields' && <Inspector />}
        </Suspense>
      </div>
      <p id="editor-keys" className="visually-hidden">
        {t('editor.keys')}
      </p>
    </div>
  );
}

function Waiting() {
  return (
    <div className="panel-body">
      <h2 id="ed-panel-title" className="visually-hidden">
        {t('editor.loading')}
      </h2>
      <Loading label={t('editor.loading')} />
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
