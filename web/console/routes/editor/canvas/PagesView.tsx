import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'react';
import { documentOf } from '../model/state';
import { useStore } from '../model/store';
import { useDraft, useEditor } from '../session';
import { Canvas } from './canvas';
import { PageRail } from './PageRail';
import { Toolbar } from './Toolbar';

/** The pages of the document that shows, in the middle of the workbench. */
export function PagesView() {
  const session = useEditor();
  const doc = useDraft((s) => documentOf(s, s.document));
  const armed = useDraft((s) => s.tool !== undefined);
  const canvas = useStore(session.canvas, (c) => c);
  const host = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement>(null);
  const [rail, setRail] = useState(window.innerWidth >= 1200);
  const id = doc?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another document needs another canvas; its name does not
  useEffect(() => {
    if (!doc || !host.current || !scroller.current) return;
    const made = new Canvas({
      draft: session.draft,
      doc,
      host: host.current,
      scroller: scroller.current,
      settings: focusInspector,
    });
    session.canvas.set(made);
    return () => {
      session.canvas.set(undefined);
      made.destroy();
    };
  }, [session, id]);
  return (
    <section className="ed-work" aria-label={t('editor.pages')}>
      {canvas && doc && <Toolbar canvas={canvas} doc={doc} rail={rail} onRail={() => setRail(!rail)} />}
      <div className="ed-sheets">
        {canvas && doc && rail && doc.page_count > 1 && <PageRail canvas={canvas} doc={doc} />}
        <section
          className={armed ? 'ed-scroll armed' : 'ed-scroll'}
          ref={scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys, also where nothing lies on it
          tabIndex={0}
          aria-label={doc?.name}
        >
          <div ref={host} />
        </section>
      </div>
    </section>
  );
}

/** Enter on a field goes on to its settings. */
function focusInspector(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.ed-side .panel-body :is(select, input, button)')?.focus(),
  );
}
