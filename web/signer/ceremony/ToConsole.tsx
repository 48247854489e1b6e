import { t } from '@shared/i18n';
import type { Sitting } from './sitting';

/** The way back for members of staff who came from the console; nothing for everybody else. */
export function ToConsole({ s, look = '' }: { s: Sitting; look?: string }) {
  const from = new URLSearchParams(location.search).get('from');
  if (from !== 'console') return null;
  return (
    <a class={look} href={`/envelopes/${encodeURIComponent(s.view.envelope)}`}>
      {t('to_console')}
    </a>
  );
}
