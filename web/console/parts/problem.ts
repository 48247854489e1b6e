import { Problem } from '@shared/api/client';
import { t } from '@shared/i18n';

/** Our own words for a problem where the catalogue has some, else the server's sentence. */
export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return t('problem.unexpected');
  const key = `problem.${error.code}`;
  const own = t(key, { n: error.retryAfter ?? 0 });
  if (own !== key) return own;
  return sentence(error.message) || t('problem.unexpected');
}

/** What the server says of each member of a form, by pointer: "/name" → sentence. */
export function faults(error: unknown): { [pointer: string]: string } {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map((f) => [f.pointer, faultText(f.code, f.detail)]));
}

/** The words for one faulty member. */
export function faultText(code: string, detail?: string): string {
  const key = `fault.${code}`;
  const own = t(key);
  if (own !== key) return own;
  return sentence(detail ?? '') || t('fault.other');
}

/** A sentence begins with a capital and ends with a stop, whoever wrote it. */
function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return '';
  const capital = trimmed.charAt(0).toLocaleUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
