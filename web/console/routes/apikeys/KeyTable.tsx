import type { Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { may, useMe } from '../../me';
import { Status, type StatusKind, Time } from '../../parts';
import { words } from '../admin/words';
import { type Standing, standing } from './expiry';
import { preset, presetOf } from './groups';

type Key = Schemas['APIKeyView'];

const kinds: { [S in Standing]: StatusKind } = {
  active: 'done',
  soon: 'needs',
  expired: 'bad',
  revoked: 'draft',
};

export function KeyTable({ items, onRevoke }: { items: Key[]; onRevoke: (k: Key) => void }) {
  const write = may('api_keys:write');
  return (
    <div className="card flush">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('keys.name')}</th>
            <th scope="col">{t('keys.permissions')}</th>
            <th scope="col">{t('keys.state')}</th>
            <th scope="col">{t('keys.last_used')}</th>
            <th scope="col">{t('keys.expires')}</th>
            {write && (
              <th scope="col">
                <span className="visually-hidden">{t('keys.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((k) => (
            <Row key={k.id} k={k} onRevoke={write ? onRevoke : undefined} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ k, onRevoke }: { k: Key; onRevoke?: (k: Key) => void }) {
  const state = standing(k);
  return (
    <tr>
      <th scope="row">
        <span className="cell-main">
          <span>{k.name}</span>
          <span className="meta">{t('keys.ends_in', { hint: k.hint })}</span>
        </span>
      </th>
      <td data-label={t('keys.permissions')}>
        <Permissions list={k.permissions} />
      </td>
      <td data-label={t('keys.state')}>
        <Status kind={kinds[state]} {...(state === 'revoked' ? { icon: 'ban' } : {})}>
          {t(`keys.state.${state}`)}
        </Status>
      </td>
      <td data-label={t('keys.last_used')}>
        {k.last_used_at ? <Time at={k.last_used_at} near={false} /> : t('keys.never_used')}
      </td>
      <td data-label={t('keys.expires')}>
        {k.expires_at ? <Time at={k.expires_at} near={false} /> : t('keys.never')}
      </td>
      {onRevoke && (
        <td className="cell-end">
          {!k.revoked_at && (
            <button
              type="button"
              className="button danger"
              aria-label={t('keys.revoke_title', { name: k.name })}
              onClick={() => onRevoke(k)}
            >
              {t('keys.revoke')}
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

/** What a key may do in a word where it is a common set; the whole list behind it. */
function Permissions({ list }: { list: string[] }) {
  const mine = useMe().permissions;
  const name = list.length >= preset('all', mine).length ? 'all' : presetOf(list, mine);
  return (
    <details className="key-permissions">
      <summary>{name ? t(`keys.set.${name}`) : t('keys.permissions_n', { n: list.length })}</summary>
      <ul>
        {list.map((p) => (
          <li key={p}>{words('perm', p)}</li>
        ))}
      </ul>
    </details>
  );
}
