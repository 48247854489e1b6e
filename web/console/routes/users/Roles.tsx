import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { useMe } from '../../me';
import { ErrorNote, Icon, Loading } from '../../parts';
import { words } from '../admin/words';
import { grouped } from '../apikeys/groups';

type RolesView = Schemas['RolesView'];

/** What each role may do, from the server's one table. */
export function Roles() {
  const query = useQuery({
    queryKey: ['roles'],
    queryFn: () => data(api.GET('/api/v1/roles')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Loading label={t('roles.loading')} />;
  if (query.error) return <ErrorNote error={query.error} retry={() => query.refetch()} />;
  return (
    <div className="section">
      <dl className="facts">
        {query.data.roles.map((r) => (
          <RoleLine key={r.role} role={r.role} />
        ))}
      </dl>
      <Matrix view={query.data} />
    </div>
  );
}

function RoleLine({ role }: { role: string }) {
  const me = useMe();
  const name = words('role', role);
  return (
    <>
      <dt>{me.user.role === role ? t('roles.yours', { role: name }) : name}</dt>
      <dd>{words('role', `${role}.text`)}</dd>
    </>
  );
}

function Matrix({ view }: { view: RolesView }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard
    <section className="card flush matrix" tabIndex={0} aria-label={t('roles.table')}>
      <table>
        <caption className="visually-hidden">{t('roles.table')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('roles.permission')}</th>
            {view.roles.map((r) => (
              <th key={r.role} scope="col">
                {words('role', r.role)}
              </th>
            ))}
          </tr>
        </thead>
        {grouped(view.permissions).map((g) => (
          <tbody key={g.name}>
            <tr className="matrix-group">
              <th scope="rowgroup" colSpan={view.roles.length + 1}>
                {words('permgroup', g.name)}
              </th>
            </tr>
            {g.permissions.map((p) => (
              <Line key={p} permission={p} view={view} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Line({ permission, view }: { permission: string; view: RolesView }) {
  return (
    <tr>
      <th scope="row">{words('perm', permission)}</th>
      {view.roles.map((r) => (
        <td key={r.role}>
          {r.permissions.includes(permission) ? (
            <>
              <Icon name="check" className="ok" />
              <span className="visually-hidden">{t('roles.yes')}</span>
            </>
          ) : (
            <>
              <span aria-hidden="true">–</span>
              <span className="visually-hidden">{t('roles.no')}</span>
            </>
          )}
        </td>
      ))}
    </tr>
  );
}
