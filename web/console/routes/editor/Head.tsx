import { language, t } from '@shared/i18n';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Icon, type IconName, problemText } from '../../parts';
import { takeArrival } from '../../parts/arrival';
import { look } from './model/checks';
import { type Step, steps } from './model/state';
import { useStore } from './model/store';
import type { SaveState } from './save/queue';
import { useDraft, useEditor } from './session';

/** Where one came from, what this is, whether it is saved, and the four steps. */
export function Head() {
  const title = useDraft((s) => s.details.title);
  const heading = useRef<HTMLHeadingElement>(null);
  const path = useRouterState({ select: (s) => s.location.pathname });
  useEffect(() => {
    if (takeArrival(path)) heading.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <header className="ed-head">
      <div className="ed-id">
        <Link to="/" className="button quiet icon-only" aria-label={t('editor.back')}>
          <Icon name="chevron-left" className="ed-back" />
        </Link>
        <div className="ed-title">
          <h1 ref={heading} tabIndex={-1}>
            {title || t('editor.untitled')}
          </h1>
          <Saved />
        </div>
      </div>
      <Steps />
    </header>
  );
}

/** "Saved 22:14", or why not. */
function Saved() {
  const { saver } = useEditor();
  const state = useStore(saver.queue.state, (s) => s);
  const bad = state.kind === 'offline' || state.kind === 'refused' || state.kind === 'signedout';
  return (
    <p className={bad ? 'ed-saved bad' : 'ed-saved'} role={bad ? 'status' : undefined}>
      {bad && <Icon name="alert" />}
      {savedText(state)}
    </p>
  );
}

function savedText(s: SaveState): string {
  switch (s.kind) {
    case 'saved': {
      const time = new Intl.DateTimeFormat(language(), { timeStyle: 'short' }).format(s.at);
      return t('editor.saved', { time });
    }
    case 'waiting':
    case 'saving':
      return t('editor.saving');
    case 'offline':
      return t('editor.offline');
    case 'signedout':
      return t('editor.signed_out');
    case 'refused':
      return t('editor.refused', { why: problemText(s.problem) });
  }
}

const icons: { [S in Step]: IconName } = {
  documents: 'document',
  people: 'users',
  fields: 'signature',
  send: 'send',
};

function Steps() {
  const { draft } = useEditor();
  const now = useDraft((s) => s.step);
  const begun = useDraft((s) => s.documents.length > 0);
  const open = useDraft((s) => stepsWithFaults(look(s)));
  return (
    <nav aria-label={t('editor.steps')} className="ed-steps">
      <ol>
        {steps.map((step, i) => {
          const done = begun && !open.includes(step);
          return (
            <li key={step}>
              <button
                type="button"
                className="ed-step"
                aria-current={step === now ? 'step' : undefined}
                onClick={() => draft.patch({ step, tool: undefined, selected: [] })}
              >
                <span className={done && step !== 'send' ? 'ed-num done' : 'ed-num'} aria-hidden="true">
                  {done && step !== 'send' ? <Icon name="check" /> : i + 1}
                </span>
                <Icon name={icons[step]} className="ed-step-icon" />
                <span>{t(`editor.step.${step}`)}</span>
                {done && step !== 'send' && <span className="visually-hidden">{t('editor.step.done')}</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function stepsWithFaults(checks: ReturnType<typeof look>): string {
  const found = new Set(checks.filter((c) => c.level === 'fault').map((c) => c.target.step));
  return [...found].sort().join();
}
