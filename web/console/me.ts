import { api, data, type Schemas } from '@shared/api/client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { queries } from './queries';

export type Me = Schemas['MeView'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => data(api.GET('/api/v1/users/me')),
  staleTime: 300_000,
});

/** Who is signed in. The frame has read it before any screen is drawn. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether the one who is signed in has a permission; the server decides all the same. */
export function may(permission: string): boolean {
  return queries.getQueryData(meQuery.queryKey)?.permissions.includes(permission) ?? false;
}
