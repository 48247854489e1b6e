import { t } from '@shared/i18n';
import type { View } from './types';

/** A step after the act: done, under way, or still to come. */
export interface Step {
  name: 'signed' | 'everyone' | 'sealed' | 'stamped' | 'sent' | 'ready';
  state: 'done' | 'now' | 'later';
  detail?: string;
  at?: string;
}

/** Where an envelope stands, as steps that a person can follow. */
export function steps(v: View): Step[] {
  const everyone = v.signers_done >= v.signers_total;
  const sealed = v.documents.length > 0 && v.documents.every((d) => d.sealed);
  const stamped = sealed && v.documents.every((d) => hasTime(d.level));
  const sent = v.state === 'delivered';
  const out: Step[] = [];
  const signed = v.recipient_state === 'done';
  if (v.role === 'signer') out.push({ name: 'signed', state: signed ? 'done' : 'later', at: v.done_at });
  out.push({
    name: 'everyone',
    state: everyone ? 'done' : 'now',
    detail: v.signers_total > 1 ? t('step.count', { n: v.signers_done, total: v.signers_total }) : undefined,
  });
  out.push({ name: 'sealed', state: sealed ? 'done' : everyone ? 'now' : 'later' });
  if (!sealed || stamped) out.push({ name: 'stamped', state: stamped ? 'done' : 'later' });
  out.push({ name: v.mailed ? 'sent' : 'ready', state: sent ? 'done' : sealed ? 'now' : 'later' });
  return out;
}

/** Levels from B-T on hold a time-stamp. */
function hasTime(level: string | undefined): boolean {
  return /B-(T|LT|LTA)$/.test(level ?? '');
}
