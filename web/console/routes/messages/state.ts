import type { Schemas } from '@shared/api/client';
import type { StatusKind } from '../../parts';

export type State = Schemas['MessageView']['state'];

export const states: State[] = ['sent', 'kept', 'queued', 'failed'];

export const kinds: { [S in State]: StatusKind } = {
  sent: 'done',
  kept: 'needs',
  queued: 'waiting',
  failed: 'bad',
};

/** Reasons that the server gives in a few fixed words; others are a mail server's own. */
const reasons: { [error: string]: string } = {
  superseded: 'superseded',
  'given up': 'given_up',
  'no such template': 'no_template',
  "the sender's account is not active": 'sender_inactive',
  'a header would contain a line break or another control character': 'control_character',
  'not delivered yet': 'not_yet',
};

/** The catalogue's name of a reason; undefined for one that it does not know. */
export function reasonKey(error: string): string | undefined {
  const found = reasons[error];
  return found && `messages.reason.${found}`;
}
