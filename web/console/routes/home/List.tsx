import type { Schemas } from '@shared/api/client';
import { date } from '@shared/format';
import { t } from '@shared/i18n';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { may } from '../../me';
import { Empty, ErrorNote, Loading, More, Status } from '../../parts';
import { listQuery, useUserNames } from './envelopes';
import type { HomeSearch } from './search';
import { isOpen, stateOf } from './state';

type Summary = Schemas['EnvelopeSummary'];

/** The envelopes: a table where there is room, cards where there is not. */
export function List({ search }: { search: HomeSearch }) {
  const list = useInfiniteQuery(listQuery(search));
  const names = useUserNames();
  const bySender = may('envelopes:read_all');
  if (list.isPending) return <Loading lines={6} />;
  if (list.error && !list.data) return <ErrorNote error={list.error} retry={() => list.refetch()} />;
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Nothing search={search} />;
  return (
    <>
      <div className="card flush">
        <table className="table envelopes">
          <caption className="visually-hidden">{t('home.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('home.col_title')}</th>
              <th scope="col">{t('home.col_state')}</th>
              <th scope="col">{t('home.col_signed')}</th>
              {bySender && <th scope="col">{t('home.col_sender')}</th>}
              <th scope="col">{t('home.col_changed')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((e) => (
              <Row
                key={e.id}
                envelope={e}
                search={search}
                sender={bySender ? senderOf(e, names) : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      <More query={list} />
    </>
  );
}

function senderOf(e: Summary, names: Map<string, string>): string {
  return names.get(e.sender.id ?? '') ?? t(e.sender.kind === 'user' ? 'home.a_user' : 'home.a_program');
}

function Row({
  envelope: e,
  search,
  sender,
}: {
  envelope: Summary;
  search: HomeSearch;
  sender: string | undefined;
}) {
  const mine = search.group === 'needs_me' && isOpen(e.state);
  const { kind, text } = mine ? { kind: 'needs' as const, text: 'state.needs_me' } : stateOf(e.state);
  return (
    <tr>
      <th scope="row">
        <Link to="/envelopes/$envelope" params={{ envelope: e.id }} className="envelope-link">
          {e.title || t('home.untitled')}
        </Link>
      </th>
      <td>
        <Status kind={kind}>{t(text)}</Status>
      </td>
      <td data-label={t('home.col_signed')}>
        {e.signers_total > 0 && <Progress done={e.signers_done} total={e.signers_total} />}
      </td>
      {sender !== undefined && (
        <td data-label={t('home.col_sender')} data-quiet>
          {sender}
        </td>
      )}
      <td data-label={t('home.col_changed')} data-quiet>
        <time dateTime={e.updated_at} className="nowrap">
          {date(e.updated_at)}
        </time>
      </td>
    </tr>
  );
}

function Progress({ done, total }: { done: number; total: number }) {
  return (
    <span className="signed">
      <svg className="signed-bar" viewBox="0 0 48 6" aria-hidden="true">
        <rect className="signed-all" width="48" height="6" rx="3" />
        <rect className="signed-done" width={(48 * done) / total} height="6" rx="3" />
      </svg>
      {t('home.signed', { done, total })}
    </span>
  );
}

/** What an empty list means, and how something gets into it. */
function Nothing({ search }: { search: HomeSearch }) {
  if (search.text) {
    return <Empty icon="search" title={t('home.none_found')} text={t('home.none_found_text')} />;
  }
  const which = search.group ?? search.state ?? 'all';
  return (
    <Empty icon="envelope" title={t(`home.none_${which}`)} text={t(`home.none_${which}_text`)}>
      {may('envelopes:write') && (
        <Link to="/new" className="button">
          {t('nav.new')}
        </Link>
      )}
    </Empty>
  );
}
