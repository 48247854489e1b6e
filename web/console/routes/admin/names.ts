import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { may, useMe } from '../../me';

type Actor = Schemas['Actor'];

/** Everybody of the organization, read once for a screen that names them. */
export function useUsers(): Schemas['UserView'][] {
  const query = useQuery({
    queryKey: ['users', 'names'],
    queryFn: () => data(api.GET('/api/v1/users', { params: { query: { limit: 200 } } })),
    enabled: may('users:read'),
    staleTime: 300_000,
  });
  return query.data?.items ?? [];
}

function useKeys(): Schemas['APIKeyView'][] {
  const query = useQuery({
    queryKey: ['api-keys', 'names'],
    queryFn: () => data(api.GET('/api/v1/api-keys', { params: { query: { limit: 200 } } })),
    enabled: may('api_keys:read'),
    staleTime: 300_000,
  });
  return query.data?.items ?? [];
}

/** Names actors: people and keys by name where one may know it, everybody else by what they are. */
export function useActorName(): (actor: Actor) => string {
  const [users, keys, me] = [useUsers(), useKeys(), useMe()];
  return ({ kind, id }) => {
    if (kind === 'user' && id === me.user.id) return t('actor.you', { name: me.user.name });
    if (kind === 'user') return users.find((u) => u.id === id)?.name ?? t('actor.user');
    if (kind === 'api_key') return keyName(keys.find((k) => k.id === id)?.name);
    if (kind === 'recipient') return t('actor.recipient');
    return t(kind === 'system' ? 'actor.system' : 'actor.public');
  };
}

function keyName(name: string | undefined): string {
  return name ? t('actor.key_named', { name }) : t('actor.key');
}
