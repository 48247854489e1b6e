import { t } from '@shared/i18n';
import { Status } from '../../parts';

/** Whether the call was taken, and if not, by which code. */
export function Outcome({ outcome }: { outcome: string }) {
  if (outcome === 'accepted') return <Status kind="done">{t('audit.accepted')}</Status>;
  return (
    <Status kind="bad">
      {t('audit.refused')} <code>{outcome}</code>
    </Status>
  );
}
