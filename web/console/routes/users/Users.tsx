import '../admin/admin.css';
import { t } from '@shared/i18n';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { may } from '../../me';
import { Icon, Page } from '../../parts';
import { For } from '../admin/Closed';
import { Invite } from './Invite';
import { People } from './People';
import { Roles } from './Roles';

/** Both views have one path, so only the search tells which is shown. */
const exactly = { exact: true, includeSearch: true };

/** The people of the organization, and what each role may do. */
export function Users() {
  return (
    <For permission="users:read" title={t('users.title')}>
      <Open />
    </For>
  );
}

function Open() {
  const { view } = useSearch({ from: '/users' });
  const [inviting, setInviting] = useState(false);
  const invite = may('users:write') && (
    <button type="button" className="button primary" onClick={() => setInviting(true)}>
      <Icon name="plus" />
      {t('users.invite')}
    </button>
  );
  return (
    <Page title={t('users.title')} lead={t('users.lead')} actions={invite} wide>
      <nav className="tabs" aria-label={t('users.views')}>
        <Link to="/users" search={{ view: undefined }} activeOptions={exactly}>
          {t('users.people')}
        </Link>
        <Link to="/users" search={{ view: 'roles' }} activeOptions={exactly}>
          {t('users.roles')}
        </Link>
      </nav>
      {view === 'roles' ? <Roles /> : <People onInvite={() => setInviting(true)} />}
      <Invite open={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}
