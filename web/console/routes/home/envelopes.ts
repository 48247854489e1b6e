import { api, data } from '@shared/api/client';
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query';
import { may } from '../../me';
import type { HomeSearch } from './search';

export const countsQuery = queryOptions({
  queryKey: ['counts'],
  queryFn: () => data(api.GET('/api/v1/envelopes/counts')),
});

/** The list page by page, as narrow as the filters say. */
export function listQuery(search: HomeSearch) {
  return infiniteQueryOptions({
    queryKey: ['envelopes', search],
    queryFn: ({ pageParam }) =>
      data(api.GET('/api/v1/envelopes', { params: { query: query(search, pageParam) } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
}

function query(search: HomeSearch, cursor: string) {
  const { state, text, ...rest } = search;
  return {
    ...rest,
    limit: 25,
    ...(state ? { state: [state] } : {}),
    ...(text?.trim() ? { text: text.trim() } : {}),
    ...(cursor ? { cursor } : {}),
  };
}

/** Names of the organization's users by id; empty for those who may not read them. */
export function useUserNames(): Map<string, string> {
  const users = useQuery({
    queryKey: ['user-names'],
    queryFn: () => data(api.GET('/api/v1/users', { params: { query: { limit: 200 } } })),
    enabled: may('users:read'),
    staleTime: 300_000,
  });
  return new Map(users.data?.items.map((u) => [u.id, u.name || u.email]));
}

/** Names of the organization's API keys by id; empty for those who may not read them, and where none is asked for. */
export function useKeyNames(wanted: boolean): Map<string, string> {
  const keys = useQuery({
    queryKey: ['key-names'],
    queryFn: () => data(api.GET('/api/v1/api-keys', { params: { query: { limit: 200 } } })),
    enabled: wanted && may('api_keys:read'),
    staleTime: 300_000,
  });
  return new Map(keys.data?.items.map((k) => [k.id, k.name]));
}
