import { t } from '@shared/i18n';
import { Link } from '@tanstack/react-router';
import { may, useMe } from '../../me';
import { Icon, type IconName, Notice, Page } from '../../parts';

interface Way {
  name: string;
  icon: IconName;
  search: { sample?: 1; self?: 1 };
}

const ways: Way[] = [
  { name: 'sample', icon: 'document', search: { sample: 1 } },
  { name: 'self', icon: 'signature', search: { self: 1 } },
  { name: 'others', icon: 'send', search: {} },
];

/** Stands in place of the list as long as there is no envelope: three ways to a first one. */
export function FirstVisit() {
  const me = useMe();
  return (
    <Page title={t('first.title')} lead={t('first.lead')}>
      <ul className="ways">
        {ways.map((way) => (
          <li key={way.name}>
            <Link to="/new" search={way.search} className="way">
              <span className="empty-icon">
                <Icon name={way.icon} />
              </span>
              <span className="way-name">{t(`first.${way.name}`)}</span>
              <span className="way-text">{t(`first.${way.name}_text`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Notice tone={me.channels.email ? 'ok' : 'info'}>
        <p>{t(mailText(me.channels.email))}</p>
      </Notice>
    </Page>
  );
}

/** How the others will hear of it, before anything is sent that cannot be taken back. */
function mailText(mailed: boolean): string {
  if (mailed) return 'first.mail';
  return may('links:reveal') ? 'first.no_mail' : 'first.no_mail_role';
}
