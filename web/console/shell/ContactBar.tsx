import { t } from '@shared/i18n';
import { useEffect, useState } from 'react';
import { useContact } from '../live';
import { Icon } from '../parts/icons';
import { signInAgain, useSession } from '../session';

/** Says that the page does not follow the server, once that lasts; silent as long as all is well. */
export function ContactBar() {
  const contact = useContact();
  const session = useSession();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (contact.connected) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), 3000);
    return () => clearTimeout(timer);
  }, [contact.connected]);
  if (session === 'out') {
    return (
      <div className="contact" role="status">
        <Icon name="lock" />
        <span>{t('shell.signed_out')}</span>
        <button type="button" className="button" onClick={() => void signInAgain()}>
          {t('signin.button')}
        </button>
      </div>
    );
  }
  if (!late) return null;
  return (
    <div className="contact" role="status">
      <Icon name="offline" />
      <span>{t('shell.disconnected', { time: clock(contact.at) })}</span>
    </div>
  );
}

function clock(at: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en', { timeStyle: 'short' }).format(at);
}
