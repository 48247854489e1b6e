import { t } from '@shared/i18n';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { useMe } from '../../me';
import { ErrorNote, Icon, Loading, Time } from '../../parts';
import { useKeyNames, useUserNames } from '../home/envelopes';
import { program } from './Details';
import { type Envelope, type Event, eventsQuery } from './queries';
import { entriesOf } from './timeline';

/** What happened, newest first; it grows while one looks on. */
export function Timeline({ e }: { e: Envelope }) {
  const all = useId();
  const [every, setEvery] = useState(false);
  const actor = useActor(e);
  const query = useInfiniteQuery(eventsQuery(e.id));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  // Events come first to last: the newest stand on the last page.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const entries = entriesOf(query.data?.pages.flatMap((p) => p.items) ?? [], e, actor);
  const shown = every ? entries : entries.filter((entry) => !entry.minor);
  return (
    <section className="card stack" aria-labelledby="history">
      <div className="row spread">
        <h2 id="history">{t('history.title')}</h2>
        <div className="check history-all">
          <input
            id={all}
            type="checkbox"
            checked={every}
            onChange={(event) => setEvery(event.currentTarget.checked)}
          />
          <label htmlFor={all}>{t('history.every')}</label>
        </div>
      </div>
      {query.isPending && <Loading lines={3} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      <ol className="history" reversed>
        {shown.map((entry) => (
          <li key={entry.seq} className={`history-entry ${entry.tone}`}>
            <span className="history-icon">
              <Icon name={entry.icon} />
            </span>
            <div>
              <div>{t(entry.key, entry.params)}</div>
              <div className="meta">
                <Time at={entry.at} near={false} />
                {every && <> · {t('history.number', { n: entry.seq })}</>}
              </div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Who did it, by name where the reader may know it. */
function useActor(e: Envelope): (event: Event) => string {
  const me = useMe();
  const names = useUserNames();
  const keys = useKeyNames(e.sender.kind === 'api_key');
  return ({ actor }) => {
    if (actor.kind === 'recipient') {
      const r = e.recipients.find((one) => one.id === actor.id);
      return r ? r.name || r.email : t('history.a_recipient');
    }
    if (actor.id === me.user.id) return me.user.name || me.user.email;
    if (actor.kind === 'user') return names.get(actor.id ?? '') ?? t('home.a_user');
    if (actor.kind === 'api_key') return program(keys.get(actor.id ?? ''));
    return t('history.system');
  };
}
