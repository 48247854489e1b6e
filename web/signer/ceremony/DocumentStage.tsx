import { t } from '@shared/i18n';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { giveAgain } from './again';
import { Bar, ReadingBar } from './Bar';
import { compact, useMedia } from './hooks';
import { fetchLater, Lazy, later } from './later';
import { Notices } from './Notices';
import type { Acts } from './PageFields';
import type { Sitting } from './sitting';
import { Tools } from './Tools';
import type { Field } from './types';
import { labelOf, marks } from './values';
import { Viewer } from './viewer';

interface Props {
  s: Sitting;
  onAdopt(field: Field): void;
}

/** The documents with their fields, and the way through them. */
export function DocumentStage({ s, onAdopt }: Props) {
  const small = useMedia(compact);
  const [, draw] = useState(0);
  const [scanned, setScanned] = useState(false);
  const [summary, setSummary] = useState(s.faults.size);
  const host = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const viewer = useRef<Viewer>(null);
  const wide = useMedia('(min-width: 1000px)');
  const way = useWay(s, viewer, small, onAdopt);
  const doc = s.doc(s.document);
  const key = doc ? `${doc.id} ${doc.digest}` : '';

  // biome-ignore lint/correctness/useExhaustiveDependencies: a document is opened anew when its bytes change, not with every draft
  useEffect(() => {
    if (!doc || !host.current || !scroller.current) return;
    const first = viewer.current === null;
    const made = new Viewer({
      s,
      doc,
      host: host.current,
      scroller: scroller.current,
      acts: way.acts,
      page: viewer.current?.document === doc.id ? viewer.current.page : 1,
      onChange: () => draw((n) => n + 1),
      onScan: () => setScanned(true),
      onDrawn: fetchLater,
    });
    viewer.current = made;
    setScanned(false);
    draw((n) => n + 1);
    if (first && !s.goal) document.querySelector<HTMLElement>('.app h1')?.focus();
    way.arrive(made);
    return () => made.close();
  }, [key]);

  const review = () => {
    if (s.count.missing.length === 0 && s.faults.size === 0) return s.go('review');
    setSummary((n) => n + 1);
    s.say(t('summary.said', { n: s.count.missing.length + s.faults.size }));
  };
  const current = s.field(s.current);
  const acts = s.view.may_act;
  const sheet = small && acts && current !== undefined;
  useEffect(() => {
    if (sheet && current) viewer.current?.reveal(current, false);
  }, [sheet, current]);
  return (
    <>
      <main class="reading">
        <Tools s={s} viewer={viewer.current ?? undefined} />
        <Notices s={s} scanned={scanned || (doc?.scanned_pages ?? 0) > 0} untagged={doc?.tagged === false} />
        {summary > 0 && <Lazy key={summary} get={later.summary} props={{ s, onGo: way.go }} />}
        <div class={sheet ? 'stage with-sheet' : 'stage'}>
          {wide && doc && doc.pages.length > 1 && viewer.current && (
            <Lazy get={later.rail} props={{ s, doc, viewer: viewer.current, page: viewer.current.page }} />
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section class="pages" ref={scroller} tabIndex={0} aria-label={doc?.name}>
            <div ref={host} />
          </section>
          {sheet && current && (
            <Lazy
              get={later.sheet}
              props={{
                s,
                field: current,
                viewer: viewer.current ?? undefined,
                acts: way.acts,
                onStep: way.step,
                onClose: way.close,
              }}
            />
          )}
        </div>
      </main>
      {!acts && <ReadingBar s={s} />}
      {acts && !sheet && <Bar s={s} onNext={way.next} onReview={review} />}
    </>
  );
}

/** Going from field to field, across pages and documents. */
function useWay(s: Sitting, viewer: { current: Viewer | null }, small: boolean, onAdopt: (f: Field) => void) {
  const narrow = useRef(small);
  narrow.current = small;
  const reach = useCallback(
    (v: Viewer, f: Field) => {
      s.visit(f);
      v.reveal(f, !narrow.current);
    },
    [s],
  );
  return useMemo(() => {
    const go = (f: Field) => {
      const mine = s.mine;
      s.say(t('said.field', { n: mine.indexOf(f) + 1, total: mine.length, label: labelOf(f), page: f.page }));
      if (f.document !== s.document) {
        s.goal = f;
        s.show(f.document);
      } else if (viewer.current) reach(viewer.current, f);
    };
    const close = () => {
      s.leave();
      setTimeout(() => document.getElementById('next')?.focus());
    };
    const next = () => {
      const f = s.next;
      if (!f) close();
      else if (f.id === s.current && marks(f))
        mark(f); // they stand at it already
      else go(f);
    };
    const step = (by: 1 | -1) => {
      const mine = s.mine;
      const f = mine[mine.findIndex((m) => m.id === s.current) + by];
      if (f) go(f);
      else close();
    };
    const mark = (f: Field) => {
      s.visit(f);
      if (!giveAgain(s, f)) onAdopt(f);
    };
    const open = (f: Field) => {
      if (s.view.may_act) go(f);
    };
    const arrive = (v: Viewer) => {
      const f = s.goal;
      s.goal = undefined;
      if (f && f.document === v.document) reach(v, f);
    };
    return { go, close, next, step, arrive, acts: { mark, next, open } satisfies Acts };
  }, [s, viewer, reach, onAdopt]);
}
