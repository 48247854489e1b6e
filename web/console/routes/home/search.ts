export const groups = ['needs_me', 'waiting', 'done', 'problem'] as const;
export type Group = (typeof groups)[number];

/** What the list of envelopes is narrowed to; it stands in the address, so that a view can be shared. */
export interface HomeSearch {
  group?: Group;
  state?: 'draft';
  text?: string;
  mine?: true;
}

const isGroup = (value: unknown): value is Group => groups.some((g) => g === value);

/** Reads the filters from an address and leaves out what it does not know. */
export function homeSearch(s: Record<string, unknown>): HomeSearch {
  const search: HomeSearch = {};
  if (isGroup(s.group)) search.group = s.group;
  if (s.state === 'draft') search.state = 'draft';
  // A search for a number arrives as one.
  if (typeof s.text === 'string' || typeof s.text === 'number') search.text = String(s.text);
  if (s.mine === true || s.mine === 'true') search.mine = true;
  return search;
}

/** What a new envelope begins with: the sample contract, the sender as the only signer. */
export function newSearch(s: Record<string, unknown>): { sample?: 1; self?: 1 } {
  return { ...(s.sample ? { sample: 1 } : {}), ...(s.self ? { self: 1 } : {}) };
}
