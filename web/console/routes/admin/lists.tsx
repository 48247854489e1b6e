import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNote, Loading, More } from '../../parts';

export interface ListPage<T> {
  items: T[];
  next?: string;
}

interface Manner {
  /** Read once and again only when asked to: every reading of it leaves a trace. */
  still?: boolean;
}

/** A list that comes page by page, by the cursor that the page before gave. */
export function useList<T>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<ListPage<T>>,
  { still }: Manner = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    ...(still ? { staleTime: Number.POSITIVE_INFINITY, refetchOnReconnect: false, gcTime: 0 } : {}),
  });
  return { query, items: query.data?.pages.flatMap((p) => p.items) ?? [] };
}

interface ListProps {
  query: Pick<
    UseInfiniteQueryResult,
    'isPending' | 'error' | 'refetch' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'
  >;
  count: number;
  label: string;
  empty: ReactNode;
  children: ReactNode;
}

/** What stands where a list does: that it comes, that it failed, that it is empty, or the list and the way on. */
export function List({ query, count, label, empty, children }: ListProps) {
  if (query.isPending) return <Loading label={label} />;
  if (query.error && count === 0) return <ErrorNote error={query.error} retry={() => query.refetch()} />;
  if (count === 0) return empty;
  return (
    <>
      {children}
      {query.error && <ErrorNote error={query.error} retry={() => query.fetchNextPage()} />}
      <More query={query} />
    </>
  );
}
