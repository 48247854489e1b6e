import './home.css';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { may } from '../../me';
import { ErrorNote, Page } from '../../parts';
import { countsQuery } from './envelopes';
import { Filters } from './Filters';
import { FirstVisit } from './FirstVisit';
import { List } from './List';
import { Tiles } from './Tiles';

/** The first page: how many envelopes want what, and the list of them. */
export function Home() {
  const search = useSearch({ from: '/' });
  const counts = useQuery(countsQuery);
  const none = counts.data && Object.values(counts.data.states).every((n) => n === 0);
  if (none && may('envelopes:write')) return <FirstVisit />;
  return (
    <Page title={t('home.title')} wide>
      {counts.error && !counts.data && <ErrorNote error={counts.error} retry={() => counts.refetch()} />}
      <Tiles counts={counts.data} search={search} />
      <Filters search={search} drafts={counts.data?.draft ?? 0} />
      <List search={search} />
    </Page>
  );
}
