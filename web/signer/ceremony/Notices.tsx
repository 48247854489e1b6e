import { t } from '@shared/i18n';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './Icon';
import { reason } from './reasons';
import type { Sitting } from './sitting';
import type { Field } from './types';
import { labelOf } from './values';

/** What the reader has to know about the document before anything else. */
export function Notices({ s, scanned }: { s: Sitting; scanned: boolean }) {
  return (
    <>
      {s.ended && (
        <div class="notice warn" role="alert">
          <Icon name="clock" />
          <div>
            <p>
              <strong>{t('back.title')}</strong>
            </p>
            <p>{t('back.text')}</p>
          </div>
        </div>
      )}
      {s.changed && (
        <Said text={t('changed')}>
          <button type="button" class="button quiet" onClick={() => s.settled()}>
            {t('ok')}
          </button>
        </Said>
      )}
      {s.view.waits_for_others && <Said text={t('waits')} />}
      {s.view.role !== 'signer' && <Said text={t(s.view.role === 'viewer' ? 'role.viewer' : 'role.copy')} />}
      {scanned && <Scanned s={s} />}
    </>
  );
}

function Said({ text, children }: { text: string; children?: preact.ComponentChildren }) {
  return (
    <div class="notice" role="status">
      <p>{text}</p>
      {children}
    </div>
  );
}

function Scanned({ s }: { s: Sitting }) {
  return (
    <div class="notice warn" role="status">
      <Icon name="warn" />
      <p>
        {t('scanned')}{' '}
        {s.brand.support_url && (
          <a href={s.brand.support_url} target="_blank" rel="noreferrer">
            {t('scanned.ask')}
          </a>
        )}
      </p>
    </div>
  );
}

/** What still keeps the reader from signing, each with the way to it. */
export function Summary({ s, onGo }: { s: Sitting; onGo(f: Field): void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  const faulty = s.mine.filter((f) => s.faults.has(f.id));
  const missing = s.count.missing.filter((f) => !s.faults.has(f.id));
  if (faulty.length + missing.length === 0) return null;
  const line = (f: Field, why: string) => (
    <li key={f.id}>
      <button type="button" class="link" onClick={() => onGo(f)}>
        {t('summary.field', { label: labelOf(f), page: f.page })}
      </button>{' '}
      {why}
    </li>
  );
  return (
    <div class="notice bad summary" tabIndex={-1} ref={ref}>
      <Icon name="warn" />
      <div>
        <p>
          <strong>{t('summary.title', { n: faulty.length + missing.length })}</strong>
        </p>
        <ul>
          {faulty.map((f) => line(f, reason(s.faults.get(f.id)?.code ?? '', s.faults.get(f.id)?.detail)))}
          {missing.map((f) => line(f, t('field.required')))}
        </ul>
      </div>
    </div>
  );
}
