import '../admin/admin.css';
import { api, data } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { may, useMe } from '../../me';
import { ErrorNote, Loading, Notice, Page, Status } from '../../parts';
import { Group } from './Group';
import { Organization } from './Organization';

/** What holds for the whole organization. Forms of single parts are drawn from the schemas they declare. */
export function Settings() {
  const query = useQuery({ queryKey: ['settings'], queryFn: () => data(api.GET('/api/v1/settings')) });
  const ready = query.data !== undefined;
  useEffect(() => {
    if (ready && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [ready]);
  return (
    <Page title={t('settings.title')} lead={t('settings.lead')}>
      {!may('settings:write') && (
        <Notice>
          <p>{t('settings.read_only')}</p>
        </Notice>
      )}
      <Organization />
      <Mail />
      {query.isPending && <Loading label={t('settings.loading')} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data?.items
        .filter((g) => g.name !== 'branding')
        .map((g) => (
          <Group key={g.name} name={g.name} title={g.title} schema={g.schema} />
        ))}
      <Look />
    </Page>
  );
}

/** Mail is set up where the server is started, not here; say so, and how. */
function Mail() {
  const { email } = useMe().channels;
  return (
    <section className="card section" aria-labelledby="mail">
      <div className="row spread">
        <h2 id="mail">{t('settings.mail')}</h2>
        <Status kind={email ? 'done' : 'needs'}>{t(email ? 'settings.mail_on' : 'settings.mail_off')}</Status>
      </div>
      <p>{t(email ? 'settings.mail_on_text' : 'settings.mail_off_text')}</p>
      {!email && (
        <>
          <p>{t('settings.mail_how')}</p>
          <pre className="sunken" dir="ltr">
            {
              'consigil serve --smtp-host mail.example.org --smtp-user NAME \\\n  --smtp-password-file FILE --smtp-from sign@example.org'
            }
          </pre>
        </>
      )}
    </section>
  );
}

function Look() {
  return (
    <section className="card section" aria-labelledby="look">
      <div className="section-head">
        <h2 id="look">{t('settings.look')}</h2>
        <p>{t('settings.look_text')}</p>
      </div>
      <div>
        <Link className="button" to="/branding">
          {t('settings.look_go')}
        </Link>
      </div>
    </section>
  );
}
