import './later.css';
import './review.css';
import { dateTime, grouped } from '@shared/format';
import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { follow } from './follow';
import { Icon, type IconName } from './Icon';
import type { Sitting } from './sitting';
import { type Step, steps } from './steps';
import { ToConsole } from './ToConsole';
import type { Doc, View } from './types';

/** What happened after the act, as it happens, and the files. */
export default function After({ s }: { s: Sitting }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(
    () =>
      follow(
        s.calls.events(),
        () => void s.reread(),
        () => void s.reread(),
      ),
    [s],
  );
  const all = steps(s.view);
  const finished = all.every((step) => step.state === 'done');
  useSaid(s, finished);
  return (
    <main class="column stack">
      <div class="stack after-head">
        <h1 ref={heading} tabIndex={-1}>
          {t(
            finished
              ? 'after.title_sealed'
              : s.view.recipient_state === 'done'
                ? 'after.title'
                : 'after.title_read',
          )}
        </h1>
        <p>{t(lead(s.view, finished), { email: s.view.email })}</p>
      </div>
      <ol class="steps card">
        {all.map((step) => (
          <StepLine key={step.name} step={step} />
        ))}
      </ol>
      <section class="stack" aria-labelledby="files">
        <h2 id="files">{t('after.files')}</h2>
        {s.view.documents.map((d) => (
          <File key={d.id} s={s} doc={d} />
        ))}
        {finished ? (
          <div class="card row spread">
            <div>
              <h3>{t('after.certificate')}</h3>
              <p class="meta">{t('after.certificate_about')}</p>
            </div>
            <a class="button" href={s.calls.certificate()} download>
              <Icon name="download" />
              {t('after.download_certificate')}
            </a>
          </div>
        ) : (
          <p class="meta">{t('after.wait')}</p>
        )}
      </section>
      <div class="row">
        <ToConsole s={s} look="button" />
        <button type="button" class="button" onClick={() => s.go('document')}>
          {t('after.look')}
        </button>
        <a class="button quiet" href="/verify">
          {t('after.verify')}
        </a>
      </div>
    </main>
  );
}

/** What comes of it: copies by e-mail, or to be fetched where no mail goes out. */
function lead(v: View, finished: boolean): string {
  const key = finished ? 'after.lead_sealed' : 'after.lead';
  return v.mailed ? key : `${key}_fetch`;
}

/** Says once that everything is sealed, for those who do not look. */
function useSaid(s: Sitting, finished: boolean): void {
  const [was, set] = useState(finished);
  useEffect(() => {
    if (!finished || was) return;
    set(true);
    s.say(t('after.title_sealed'));
  }, [s, finished, was]);
}

const icons: { [state: string]: IconName } = { done: 'check', now: 'clock', later: 'circle' };

function StepLine({ step }: { step: Step }) {
  return (
    <li class={`step ${step.state}`} aria-current={step.state === 'now' ? 'step' : undefined}>
      <Icon name={icons[step.state] ?? 'circle'} />
      <div>
        <p>
          {t(`step.${step.name}`)}
          <span class="visually-hidden"> {t(`step.is_${step.state}`)}</span>
        </p>
        {step.detail && <p class="meta">{step.detail}</p>}
        {step.at && (
          <p class="meta">
            <time dateTime={step.at}>{dateTime(step.at)}</time>
          </p>
        )}
      </div>
    </li>
  );
}

function File({ s, doc }: { s: Sitting; doc: Doc }) {
  return (
    <article class="card stack file-card">
      <div class="row spread">
        <div class="named">
          <h3>
            <bdi>{doc.name}</bdi>
          </h3>
          <p class="meta">
            {doc.sealed
              ? t('after.sealed', { level: (doc.level ?? '').replace(/^PAdES-?/i, '') || 'B-B' })
              : t('after.not_sealed')}
          </p>
        </div>
        <a class={`button${doc.sealed ? ' primary' : ''}`} href={s.calls.file(doc.id, doc.digest)} download>
          <Icon name="download" />
          {t(doc.sealed ? 'after.download' : 'after.download_now')}
          <span class="visually-hidden" dir="auto">
            {' '}
            {doc.name}
          </span>
        </a>
      </div>
      {doc.sealed && (
        <details>
          <summary>{t('after.digest')}</summary>
          <p class="mono" dir="ltr">
            {grouped(doc.digest)}
          </p>
        </details>
      )}
    </article>
  );
}
