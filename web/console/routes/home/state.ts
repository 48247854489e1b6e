import type { Schemas } from '@shared/api/client';
import type { StatusKind } from '../../parts';

export type State = Schemas['EnvelopeSummary']['state'];

const kinds: { [S in State]: StatusKind } = {
  draft: 'draft',
  preparing: 'waiting',
  sent: 'waiting',
  in_progress: 'waiting',
  completed: 'waiting',
  sealing: 'waiting',
  sealed: 'waiting',
  delivered: 'done',
  declined: 'bad',
  voided: 'bad',
  expired: 'bad',
};

/** The look and the catalogue key of an envelope's state. */
export function stateOf(state: State): { kind: StatusKind; text: string } {
  return { kind: kinds[state], text: `state.${state}` };
}

/** Whether people can still act on it. */
export function isOpen(state: State): boolean {
  return state === 'sent' || state === 'in_progress';
}

/** Whether it stays as it is for good. */
export function isFinal(state: State): boolean {
  return kinds[state] === 'done' || kinds[state] === 'bad';
}
