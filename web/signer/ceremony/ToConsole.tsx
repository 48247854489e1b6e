import { t } from '@shared/i18n';
import { inConsole } from './console';
import type { Sitting } from './sitting';

/** The way back for members of staff who signed from the console. */
export function ToConsole({ s, primary }: { s: Sitting; primary?: boolean }) {
  const to = inConsole(s);
  if (!to) return null;
  return (
    <a class={primary ? 'button primary' : 'button'} href={to}>
      {t('to_console')}
    </a>
  );
}
