import type { Schemas } from '@shared/api/types';
import { t } from '@shared/i18n';

export type Signature = Schemas['Signature'];
export type Word = 'valid' | 'unknown' | 'failed';

/** The word for a signature. It follows from the indication alone, compared as a whole. */
export function wordOf(indication: string): Word {
  if (indication === 'TOTAL_PASSED') return 'valid';
  if (indication === 'TOTAL_FAILED') return 'failed';
  return 'unknown';
}

/** One sentence for all signatures of a file, and the worst of their words. */
export function summary(list: readonly Pick<Signature, 'indication'>[]): { word: Word; text: string } {
  const all = list.length;
  if (all === 0) return { word: 'unknown', text: t('result.none') };
  for (const word of ['failed', 'unknown'] as const) {
    const n = list.filter((s) => wordOf(s.indication) === word).length;
    if (n > 0 && all === 1) return { word, text: t(`result.one_${word}`) };
    if (n > 0) return { word, text: t(`result.some_${word}`, { n, all }) };
  }
  return { word: 'valid', text: t('result.all_valid', { n: all }) };
}

/** The name of a person or authority in the text of a distinguished name (RFC 2253). */
export function commonName(subject: string): string {
  for (const part of subject.match(/(?:\\.|[^,+\\])+/gs) ?? []) {
    if (part.startsWith('CN=')) return part.slice(3).replace(/\\(.)/gs, '$1').trim();
  }
  return subject;
}

export function nameOf(s: Pick<Signature, 'certificate'>): string {
  return (s.certificate && commonName(s.certificate.subject)) || t('nobody');
}

/** The first of some keys that has words, else nothing. */
function said(...keys: string[]): string | undefined {
  for (const key of keys) {
    const text = t(key);
    if (text !== key) return text;
  }
  return undefined;
}

/** Why a signature is not valid; empty where it is. */
export function cause(s: Pick<Signature, 'indication' | 'sub_indication'>): string {
  if (wordOf(s.indication) === 'valid') return '';
  return said(`sub.${s.sub_indication ?? ''}`, 'sub.') ?? '';
}

/** Errors and notes, in the reader's language where the catalogue has them. */
export function findings(s: Pick<Signature, 'errors' | 'warnings'>): string[] {
  return [...s.errors, ...s.warnings].map((m) => said(`finding.${m.code}`) ?? m.text);
}

export const kindOf = (s: Pick<Signature, 'level' | 'format'>): string =>
  said(`level.${s.level}`) ?? s.format;

export const coverOf = (s: Pick<Signature, 'coverage'>): string =>
  said(`cover.${s.coverage}`) ?? t('cover.unclear');

/** Whether everyone has signed who was asked, as far as the server knows. */
export function complete(found: Pick<Schemas['VerificationView'], 'origin' | 'signatures'>): string {
  const o = found.origin;
  if (!o) return t('complete.text', { n: found.signatures.length });
  if (o.complete) return t('complete.yes', { n: o.signers_total });
  return t('complete.no', { done: o.signers_done, all: o.signers_total });
}
