import { t } from '@shared/i18n';
import { Notice, Page } from '../../parts';

/** For roles that look at envelopes and prepare none. */
export function NotYours() {
  return (
    <Page title={t('editor.new.title')}>
      <Notice>
        <p>{t('editor.not_yours')}</p>
      </Notice>
    </Page>
  );
}
