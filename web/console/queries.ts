import { Problem } from '@shared/api/client';
import { QueryClient } from '@tanstack/react-query';

/**
 * What the server told is kept until an event says that it changed; only what may pass is tried again. The server may
 * well stand in this very house: whether the machine has the internet does not matter.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      networkMode: 'always',
      retry: (count, error) =>
        count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
