import { languageNames, languages, t } from '@shared/i18n';
import type { ReactNode } from 'react';
import { useMe } from '../../me';
import { Time } from '../../parts';
import { useKeyNames, useUserNames } from '../home/envelopes';
import type { Envelope } from './queries';

/** What was asked, by whom and until when. */
export function Details({ e }: { e: Envelope }) {
  const sender = useSender(e);
  const language = languages.find((l) => l === e.locale);
  return (
    <section className="card stack" aria-labelledby="details">
      <h2 id="details">{t('details.title')}</h2>
      <dl className="facts">
        <Fact name={t('details.sender')}>{sender}</Fact>
        {e.sent_at && (
          <Fact name={t('details.sent')}>
            <Time at={e.sent_at} near={false} />
          </Fact>
        )}
        {!e.sent_at && (
          <Fact name={t('details.created')}>
            <Time at={e.created_at} near={false} />
          </Fact>
        )}
        {e.expires_at && (
          <Fact name={t('details.deadline')}>
            <Time at={e.expires_at} />
          </Fact>
        )}
        {e.completed_at && (
          <Fact name={t('details.completed')}>
            <Time at={e.completed_at} near={false} />
          </Fact>
        )}
        <Fact name={t('details.language')}>{language ? languageNames[language] : e.locale}</Fact>
        <Fact name={t('details.level')}>{e.level}</Fact>
        <Fact name={t('details.number')}>
          <code>{e.id}</code>
        </Fact>
      </dl>
      {e.message && (
        <div>
          <h3>{t('details.message')}</h3>
          <p className="message">{e.message}</p>
        </div>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The sender's name, as far as one may know it. */
export function useSender(e: Envelope): string {
  const me = useMe();
  const names = useUserNames();
  const keys = useKeyNames(e.sender.kind === 'api_key');
  if (e.sender.id === me.user.id) return t('details.you', { name: me.user.name || me.user.email });
  if (e.sender.kind === 'user') return names.get(e.sender.id ?? '') ?? t('home.a_user');
  return program(keys.get(e.sender.id ?? ''));
}

/** A program by the name of its key, as far as one may know it. */
export function program(key: string | undefined): string {
  return key ? t('details.key', { name: key }) : t('home.a_program');
}
