/** What was, what is, and what was undone; the whole history of a session. */
export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
  /** The change that made `now`, and when: the next of the same kind soon after joins it. */
  readonly mark?: { tag: string; at: number };
}

/** How long repeated small steps, such as held arrow keys, count as one. */
const together = 1000;

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] };
}

/** A change. With a tag, it joins the change before it if that had the same tag a moment ago. */
export function commit<T>(h: History<T>, next: T, tag?: string, at = 0): History<T> {
  if (Object.is(next, h.now)) return h;
  const joins = tag !== undefined && h.mark?.tag === tag && at - h.mark.at < together;
  return {
    past: joins ? h.past : [...h.past, h.now],
    now: next,
    future: [],
    mark: tag === undefined ? undefined : { tag, at },
  };
}

export function undo<T>(h: History<T>): History<T> {
  const before = h.past[h.past.length - 1];
  if (before === undefined) return h;
  return { past: h.past.slice(0, -1), now: before, future: [h.now, ...h.future] };
}

export function redo<T>(h: History<T>): History<T> {
  const after = h.future[0];
  if (after === undefined) return h;
  return { past: [...h.past, h.now], now: after, future: h.future.slice(1) };
}

/** Rewrites every state, as when a document got another name. */
export function rewrite<T>(h: History<T>, change: (state: T) => T): History<T> {
  return { past: h.past.map(change), now: change(h.now), future: h.future.map(change), mark: h.mark };
}
