import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Result } from './Result';
import { Refused, send, unfit, type Verification } from './send';
import { summary } from './verdict';

type Step =
  | { at: 'idle'; trouble?: string }
  | { at: 'sending'; name: string; share: number; stop: AbortController }
  | { at: 'done'; found: Verification };

/** Takes a file, shows how far it is, and says what was found in it. */
export function App() {
  const [step, go] = useState<Step>({ at: 'idle' });
  useEffect(() => {
    const heading = t('verify.heading');
    document.title = step.at === 'done' ? `${summary(step.found.signatures).text} · ${heading}` : heading;
  }, [step]);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const trouble = unfit(file);
    if (trouble) return go({ at: 'idle', trouble });
    const stop = new AbortController();
    const sent = (share: number) => go({ at: 'sending', name: file.name, share, stop });
    sent(0);
    try {
      go({ at: 'done', found: await send(file, sent, stop.signal) });
    } catch (e) {
      if (stop.signal.aborted) return go({ at: 'idle' });
      go({ at: 'idle', trouble: e instanceof Refused ? e.key : 'verify.failed' });
    }
  };
  return (
    <>
      <h1>{t('verify.heading')}</h1>
      {step.at === 'idle' && <Choose trouble={step.trouble} take={take} />}
      {step.at === 'sending' && <Sending step={step} />}
      {step.at === 'done' && <Result found={step.found} again={() => go({ at: 'idle' })} />}
    </>
  );
}

function Choose({ trouble, take }: { trouble?: string | undefined; take: (f: File | undefined) => void }) {
  const [over, hover] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    hover(false);
    take(e.dataTransfer?.files[0]);
  };
  return (
    <>
      <p class="lead">{t('verify.lead')}</p>
      <section
        class={over ? 'act drop over' : 'act drop'}
        aria-label={t('verify.choose')}
        onDragOver={(e) => {
          e.preventDefault();
          hover(true);
        }}
        onDragLeave={() => hover(false)}
        onDrop={drop}
      >
        <p id="drop">{t('verify.drop')}</p>
        <input
          class="visually-hidden"
          type="file"
          accept="application/pdf,.pdf"
          tabIndex={-1}
          aria-hidden="true"
          ref={input}
          onChange={(e) => take(e.currentTarget.files?.[0])}
        />
        <button
          type="button"
          class="button primary"
          aria-describedby="size"
          onClick={() => input.current?.click()}
        >
          {t('verify.choose')}
        </button>
        <p id="size" class="meta">
          {t('verify.file')}
        </p>
        {trouble && (
          <p class="error" role="alert">
            {t(trouble)}
          </p>
        )}
      </section>
      <p class="meta">{t('verify.promise')}</p>
    </>
  );
}

function Sending({ step }: { step: Extract<Step, { at: 'sending' }> }) {
  const percent = Math.floor(step.share * 100);
  return (
    <section class="act drop" aria-busy="true" aria-label={t('verify.choose')}>
      <p>
        <strong>
          <bdi>{step.name}</bdi>
        </strong>
      </p>
      <progress max={100} value={step.share < 1 ? percent : undefined} aria-labelledby="how-far" />
      <p id="how-far">{step.share < 1 ? t('verify.sending', { percent }) : t('verify.judging')}</p>
      <p class="visually-hidden" role="status">
        {step.share < 1 ? '' : t('verify.judging')}
      </p>
      <button type="button" class="button" onClick={() => step.stop.abort()}>
        {t('verify.stop')}
      </button>
    </section>
  );
}
