import { api, data, type Schemas } from '@shared/api/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

export type Envelope = Schemas['EnvelopeView'];
export type Recipient = Schemas['RecipientView'];
export type Document = Schemas['DocumentView'];
export type Event = Schemas['EventView'];

export const envelopeQuery = (envelope: string) =>
  queryOptions({
    queryKey: ['envelope', envelope],
    queryFn: () => data(api.GET('/api/v1/envelopes/{envelope}', { params: { path: { envelope } } })),
  });

export const eventsQuery = (envelope: string) =>
  infiniteQueryOptions({
    queryKey: ['events', envelope],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/api/v1/envelopes/{envelope}/events', {
          params: { path: { envelope }, query: { after: pageParam, limit: 200 } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next ?? undefined,
  });

/** An address under an envelope, for links that download. */
export const fileOf = (envelope: string, path: string) => `/api/v1/envelopes/${envelope}/${path}`;
