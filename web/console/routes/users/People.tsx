import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useState } from 'react';
import { may, useMe } from '../../me';
import { Empty, Menu, type MenuItem, Status, Time } from '../../parts';
import { List, useList } from '../admin/lists';
import { words } from '../admin/words';
import { type Ask, PersonDialogs } from './PersonDialogs';

type User = Schemas['UserView'];

/** The list of people with what can be done for each. */
export function People({ onInvite }: { onInvite: () => void }) {
  const [asked, setAsked] = useState<Ask | undefined>();
  const { query, items } = useList(['users', 'list'], (cursor) =>
    data(api.GET('/api/v1/users', { params: { query: { cursor } } })),
  );
  const alone = items.length === 1 && !query.hasNextPage && may('users:write');
  return (
    <>
      <List
        query={query}
        count={items.length}
        label={t('users.loading')}
        empty={<Empty icon="users" title={t('users.none')} />}
      >
        <Table items={items} ask={setAsked} />
      </List>
      {alone && (
        <Empty icon="users" title={t('users.alone')} text={t('users.alone_text')}>
          <button type="button" className="button" onClick={onInvite}>
            {t('users.invite')}
          </button>
        </Empty>
      )}
      <PersonDialogs ask={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

function Table({ items, ask }: { items: User[]; ask: (a: Ask) => void }) {
  const write = may('users:write');
  return (
    <div className="card flush">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('users.name')}</th>
            <th scope="col">{t('users.role')}</th>
            <th scope="col">{t('users.state')}</th>
            <th scope="col">{t('users.since')}</th>
            {write && (
              <th scope="col">
                <span className="visually-hidden">{t('users.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((u) => (
            <Row key={u.id} u={u} write={write} ask={ask} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ u, write, ask }: { u: User; write: boolean; ask: (a: Ask) => void }) {
  const own = useMe().user.id === u.id;
  return (
    <tr>
      <th scope="row">
        <span className="cell-main">
          <span>{own ? t('users.you', { name: u.name }) : u.name}</span>
          <span className="meta">{u.email}</span>
        </span>
      </th>
      <td data-label={t('users.role')}>{words('role', u.role)}</td>
      <td data-label={t('users.state')}>
        <State u={u} />
      </td>
      <td data-label={t('users.since')}>
        <Time at={u.created_at} near={false} />
      </td>
      {write && (
        <td className="cell-end">
          <Menu label={t('users.actions_for', { name: u.name })} items={entries(u, own, ask)} />
        </td>
      )}
    </tr>
  );
}

function State({ u }: { u: User }) {
  if (u.disabled) {
    return (
      <Status kind="draft" icon="ban">
        {t('users.disabled')}
      </Status>
    );
  }
  if (!u.has_password) {
    return (
      <Status kind="waiting" icon="link">
        {t('users.by_link')}
      </Status>
    );
  }
  return <Status kind="done">{t('users.active')}</Status>;
}

/** Nobody is offered what would lock them out. */
function entries(u: User, own: boolean, ask: (a: Ask) => void): MenuItem[] {
  const items: MenuItem[] = [
    { label: t('users.change'), icon: 'edit', onSelect: () => ask({ what: 'change', user: u }) },
  ];
  if (!u.disabled) {
    items.push({ label: t('users.link'), icon: 'link', onSelect: () => ask({ what: 'link', user: u }) });
  }
  if (own) return items;
  items.push({ label: t('users.end'), icon: 'sign-out', onSelect: () => ask({ what: 'end', user: u }) });
  if (u.disabled) {
    items.push({ label: t('users.enable'), icon: 'check', onSelect: () => ask({ what: 'enable', user: u }) });
  } else {
    const onSelect = () => ask({ what: 'disable', user: u });
    items.push({ label: t('users.disable'), icon: 'ban', danger: true, onSelect });
  }
  return items;
}
