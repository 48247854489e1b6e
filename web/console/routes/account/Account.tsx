import { t } from '@shared/i18n';
import { useMe } from '../../me';
import { Page } from '../../parts';
import { Password } from './Password';
import { Profile } from './Profile';
import { Sessions } from './Sessions';

/** What belongs to the one who is signed in. */
export function Account() {
  const me = useMe();
  return (
    <Page title={t('account.title')} lead={me.user.email}>
      <Profile me={me} />
      <Password me={me} />
      <Sessions />
    </Page>
  );
}
