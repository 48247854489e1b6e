import { t } from '@shared/i18n';
import { Status } from '../../parts';
import { kinds, type State } from './state';

/** A message's state in a word. */
export function StateMark({ state }: { state: State }) {
  return <Status kind={kinds[state]}>{t(`messages.state.${state}`)}</Status>;
}
