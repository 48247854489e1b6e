import './later.css';
import './review.css';
import { idempotencyKey, Problem } from '@shared/api/problem';
import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon';
import { MarkView } from './MarkView';
import { reasonOf } from './reasons';
import { fieldOf } from './saves';
import { comesBack, type Sitting } from './sitting';
import { doubtful, Submission, type SubmitState } from './submit';
import type { Doc, Field, Preview } from './types';
import { filled, inWords, labelOf } from './values';

/** Everything as it will be, and the one act that makes it so. */
export default function Review({ s, onField }: { s: Sitting; onField(f: Field): void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [preview, setPreview] = useState<Preview>();
  const [problem, setProblem] = useState<Problem>();
  const [state, setState] = useState<SubmitState>({ step: 'ready' });
  const [round, setRound] = useState(0);
  useEffect(() => heading.current?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round prepares anew
  useEffect(() => {
    let over = false;
    setProblem(undefined);
    prepare(s).then(
      (p) => !over && setPreview(p),
      (e) => !over && setProblem(e instanceof Problem ? e : new Problem({})),
    );
    return () => {
      over = true;
    };
  }, [s, round]);
  const busy = state.step === 'sending' || state.step === 'unsure';
  const stale = () => {
    setPreview(undefined);
    setRound((n) => n + 1);
    heading.current?.focus();
  };
  return (
    <main class="column stack">
      <h1 ref={heading} tabIndex={-1}>
        {t('review.title')}
      </h1>
      <p>{t('review.lead')}</p>
      {s.changed && (
        <p class="notice" role="status">
          {t('changed')}
        </p>
      )}
      {problem && <Failure text={reasonOf(problem)} onRetry={() => setRound((n) => n + 1)} />}
      {!preview && !problem && <p role="status">{t('review.preparing')}</p>}
      {preview &&
        s.view.documents.map((d) => <One key={d.id} s={s} doc={d} preview={preview} onField={onField} />)}
      {preview && (
        <Act key={preview.entries} s={s} preview={preview} state={state} onState={setState} onStale={stale} />
      )}
      <div class="row">
        <button type="button" class="button" disabled={busy} onClick={() => s.go('document')}>
          {t('review.back')}
        </button>
      </div>
    </main>
  );
}

/** Saves what is left, then asks what the act would make. */
async function prepare(s: Sitting): Promise<Preview> {
  if (!(await s.queue.flush())) {
    if (s.faults.size > 0 || s.ended) s.go('document');
    throw new Problem({});
  }
  const preview = await s.calls.preview().catch((e) => {
    if (e instanceof Problem) refused(s, e);
    throw e;
  });
  const known = new Map(s.view.documents.map((d) => [d.id, d.digest]));
  s.changed ||= preview.documents.some((d) => known.get(d.document) !== d.reviewed);
  // What is listed is what the server has: something else may have been entered in another window.
  s.take(await s.calls.read());
  return preview;
}

function Failure({ text, onRetry }: { text: string; onRetry?(): void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon name="warn" />
      <div class="stack">
        <p>{text}</p>
        {onRetry && (
          <div>
            <button type="button" class="button" onClick={onRetry}>
              {t('again')}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** One document: what was entered, and its pages as they will be. */
function One({
  s,
  doc,
  preview,
  onField,
}: {
  s: Sitting;
  doc: Doc;
  preview: Preview;
  onField(f: Field): void;
}) {
  const of = preview.documents.find((d) => d.document === doc.id);
  const mine = s.mine.filter((f) => f.document === doc.id);
  return (
    <section class="card stack" aria-labelledby={`review-${doc.id}`}>
      <h2 id={`review-${doc.id}`}>
        <bdi>{doc.name}</bdi>
      </h2>
      {mine.length === 0 ? (
        <p class="meta">{t('review.nothing')}</p>
      ) : (
        <dl class="entries">
          {mine.map((f) => (
            <Entry key={f.id} s={s} field={f} onField={onField} />
          ))}
        </dl>
      )}
      {[...(of?.pages ?? [])]
        .sort((a, b) => a - b)
        .map((page) => (
          <PagePicture key={page} s={s} doc={doc} page={page} digest={of?.digest ?? ''} />
        ))}
    </section>
  );
}

function Entry({ s, field, onField }: { s: Sitting; field: Field; onField(f: Field): void }) {
  const v = s.value(field.id);
  return (
    <div>
      <dt>{labelOf(field)}</dt>
      <dd dir="auto">
        {v && typeof v === 'object' ? (
          <span class="given-mark small" role="img" aria-label={inWords(field, v)}>
            <MarkView mark={v} width={160} height={44} />
          </span>
        ) : filled(v) || field.type === 'checkbox' ? (
          inWords(field, v)
        ) : (
          <span class="meta">{t('review.empty')}</span>
        )}
      </dd>
      <dd>
        <button type="button" class="link" onClick={() => onField(field)}>
          {t('review.change')}
          <span class="visually-hidden"> {labelOf(field)}</span>
        </button>
      </dd>
    </div>
  );
}

/** A page as the server will draw it. */
function PagePicture({ s, doc, page, digest }: { s: Sitting; doc: Doc; page: number; digest: string }) {
  const size = doc.pages[page - 1];
  const [failed, setFailed] = useState(false);
  return (
    <figure class="preview">
      {failed ? (
        <p class="notice warn">{t('review.no_picture')}</p>
      ) : (
        <img
          src={`${s.calls.previewImage(doc.id, page, 110)}&of=${digest.slice(0, 12)}`}
          alt={t('review.picture', { page })}
          width={size?.width}
          height={size?.height}
          loading="lazy"
          onError={() => setFailed(true)}
        />
      )}
      <figcaption class="meta">{t('page.of', { page, pages: doc.pages.length })}</figcaption>
    </figure>
  );
}

interface ActProps {
  s: Sitting;
  preview: Preview;
  state: SubmitState;
  onState(s: SubmitState): void;
  /** What was shown is no longer what would be signed. */
  onStale(): void;
}

/** The final act. Its key is made once for what is shown, so that no repeat signs twice. */
function Act({ s, preview, state, onState, onStale }: ActProps) {
  const key = useRef(idempotencyKey());
  const sign = async () => {
    const calls = {
      sign: (k: string, p: Preview) => s.calls.sign(k, p),
      read: () => s.calls.read(),
      wait: (ms: number) => new Promise<void>((r) => setTimeout(r, ms)),
    };
    const end = await new Submission(calls, key.current, preview, onState).run();
    if (end.step === 'done') {
      s.queue.close();
      await s.reread();
      if (s.stage === 'review') s.done();
    } else if (end.step === 'failed') {
      refused(s, end.problem);
      if (end.problem.code === 'entries_changed') onStale();
    }
  };
  const busy = state.step === 'sending' || state.step === 'unsure';
  const others = s.view.signers_total - s.view.signers_done - 1;
  return (
    <section class="act stack" aria-label={t('review.act')}>
      <p>{others > 0 ? t('review.then_others', { n: others }) : t('review.then_sealed')}</p>
      {state.step === 'failed' && (
        <Failure text={doubtful(state.problem) ? t('submit.unknown') : reasonOf(state.problem)} />
      )}
      <p role="status" class={busy ? 'meta' : 'visually-hidden'}>
        {state.step === 'sending' ? t('submit.sending') : state.step === 'unsure' ? t('submit.unsure') : ''}
      </p>
      <button
        type="button"
        class="button primary big"
        aria-disabled={busy}
        onClick={() => !busy && void sign()}
      >
        {busy ? t('submit.busy') : t('review.sign', { n: s.view.documents.length, name: s.view.name })}
      </button>
    </section>
  );
}

/** Faults of fields are shown where the fields are. */
function refused(s: Sitting, p: Problem): void {
  for (const e of p.errors) {
    const field = fieldOf(e.pointer);
    if (field) s.fault(field, { code: e.code, detail: e.detail ?? '' });
  }
  if (comesBack(p)) s.end(p);
  if (s.faults.size > 0 || s.ended) s.go('document');
  else if (p.status === 401 || p.status === 410 || p.code === 'already_completed') void s.reread();
}
