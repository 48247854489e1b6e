import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery } from '@tanstack/react-query';
import { announce, ErrorNote, Icon, Loading, Time } from '../../parts';
import { queries } from '../../queries';
import { device } from './device';

type Session = Schemas['SessionView'];

/** Where the reader is signed in, with a way to end each. */
export function Sessions() {
  const list = useQuery({
    queryKey: ['sessions'],
    queryFn: () => data(api.GET('/api/v1/sessions')),
  });
  const end = useMutation({
    mutationFn: (session: string) =>
      api.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['sessions'] });
      announce(t('account.session_ended'));
    },
  });
  return (
    <section className="card stack" aria-labelledby="sessions">
      <div>
        <h2 id="sessions">{t('account.sessions')}</h2>
        <p className="meta">{t('account.sessions_text')}</p>
      </div>
      {list.isPending && <Loading lines={2} />}
      {list.error && <ErrorNote error={list.error} retry={() => list.refetch()} />}
      {end.error && <ErrorNote error={end.error} />}
      {list.data && (
        <ul className="plain-list">
          {list.data.items.map((session) => (
            <Row key={session.id} session={session} busy={end.isPending} end={() => end.mutate(session.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ session, busy, end }: { session: Session; busy: boolean; end: () => void }) {
  const { browser, system } = device(session.user_agent);
  const name = browser
    ? t('account.device', { browser, system: system || t('account.unknown') })
    : t('account.unknown');
  return (
    <li className="plain-row">
      <Icon name={/Android|iOS/.test(system) ? 'phone' : 'monitor'} />
      <div className="grow">
        <div>
          <strong>{name}</strong> {session.current && <span className="chip">{t('account.this_one')}</span>}
        </div>
        <div className="meta">
          {t('account.seen')} <Time at={session.last_seen_at} near={false} /> · {session.address}
        </div>
      </div>
      {!session.current && (
        <button type="button" className="button" disabled={busy} onClick={end}>
          {t('account.end_session')}
          <span className="visually-hidden">: {name}</span>
        </button>
      )}
    </li>
  );
}
