import './later.css';
import './review.css';
import { t } from '@shared/i18n';
import { useEffect, useRef } from 'preact/hooks';
import type { Sitting } from './sitting';
import { ToConsole } from './ToConsole';

const known = new Set([
  'refused_by_you',
  'sitting_ended',
  'sitting_expired',
  'no_sitting',
  'voided',
  'declined',
  'expired',
  'access_ended',
]);

/** Why nothing can be done here any more, and what can. */
export default function Ended({ s }: { s: Sitting }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const code = s.ended?.code ?? '';
  const key = known.has(code) ? code : 'other';
  return (
    <main class="column stack">
      <h1 ref={heading} tabIndex={-1}>
        {t(`ended.${key}`)}
      </h1>
      <p>{t(`ended.${key}_what`, { name: s.view.sender })}</p>
      {Object.keys(s.queue.unsaved).length > 0 && key !== 'refused_by_you' && (
        <p class="notice warn">{t('ended.unsaved')}</p>
      )}
      <div class="row">
        <ToConsole s={s} look="button primary" />
      </div>
    </main>
  );
}
