import '../admin/admin.css';
import './audit.css';
import { t } from '@shared/i18n';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Empty, Icon, Page, Status, Time } from '../../parts';
import { For } from '../admin/Closed';
import { List, useList } from '../admin/lists';
import { useActorName } from '../admin/names';
import { words } from '../admin/words';
import { CheckpointCard } from './CheckpointCard';
import { Export } from './Export';
import type { Row } from './export';
import { AuditFilters } from './Filters';
import { Outcome } from './Outcome';
import { readAudit } from './query';
import { RowDialog } from './RowDialog';

/** Who did what, in a log that shows gaps. */
export function Audit() {
  return (
    <For permission="audit:read" title={t('audit.title')}>
      <Open />
    </For>
  );
}

function Open() {
  const { row, ...filters } = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const { query, items } = useList(['audit-log', filters], (cursor) => readAudit(filters, cursor), {
    still: true,
  });
  const filtered = Object.values(filters).some(Boolean);
  const actions = (
    <>
      <button
        type="button"
        className="button"
        aria-disabled={query.isFetching}
        onClick={() => !query.isFetching && query.refetch()}
      >
        <Icon name="refresh" />
        {t('audit.refresh')}
      </button>
      <Export filters={filters} />
    </>
  );
  const close = () => navigate({ search: (s) => ({ ...s, row: undefined }), resetScroll: false });
  return (
    <Page title={t('audit.title')} lead={t('audit.lead')} actions={actions} wide>
      <CheckpointCard />
      <AuditFilters filters={filters} />
      <List
        query={query}
        count={items.length}
        label={t('audit.loading')}
        empty={<Nothing filtered={filtered} />}
      >
        <Table items={items} />
      </List>
      <RowDialog row={items.find((r) => r.id === row)} onClose={close} />
    </Page>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (!filtered) return <Empty icon="shield" title={t('audit.none')} text={t('audit.none_text')} />;
  return (
    <Empty icon="shield" title={t('audit.none_here')} text={t('audit.none_here_text')}>
      <Link className="button" to="/audit" search={{}}>
        {t('audit.show_all')}
      </Link>
    </Empty>
  );
}

function Table({ items }: { items: Row[] }) {
  return (
    <div className="card flush">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('audit.what')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.outcome')}</th>
            <th scope="col">{t('audit.log')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((r) => (
            <Line key={r.id} r={r} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ r }: { r: Row }) {
  const name = useActorName();
  return (
    <tr>
      <th scope="row">
        <Link from="/audit" to="/audit" search={(s) => ({ ...s, row: r.id })} resetScroll={false}>
          {words('op', r.operation)}
        </Link>
      </th>
      <td data-label={t('audit.who')}>{name(r.actor)}</td>
      <td data-label={t('audit.when')}>
        <Time at={r.at} near={false} />
      </td>
      <td data-label={t('audit.outcome')}>
        <Outcome outcome={r.outcome} />
      </td>
      <td data-label={t('audit.log')}>
        <Inclusion r={r} />
      </td>
    </tr>
  );
}

function Inclusion({ r }: { r: Row }) {
  const { index, state } = r.inclusion;
  if (state === 'pending' || index === undefined) {
    return <Status kind="waiting">{t('audit.pending')}</Status>;
  }
  return (
    <Status kind="done" icon="shield">
      {t('audit.included', { n: index })}
    </Status>
  );
}
