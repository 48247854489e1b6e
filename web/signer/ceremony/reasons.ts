import type { Problem } from '@shared/api/problem';
import { t } from '@shared/i18n';

/** The sentence for a stable code: our own where the catalogue has one, else the server's, else a plain one. */
export function reason(code: string, detail = ''): string {
  const own = t(`problem.${code}`);
  if (own !== `problem.${code}`) return own;
  return detail || t('problem.unknown');
}

export function reasonOf(p: Problem): string {
  return reason(p.status >= 500 ? 'server' : p.code, p.message);
}
