import type { Party } from '../model/state';

/** Recipients in the order in which they stand on the page. */
export function inOrder(people: readonly Party[]): Party[] {
  return people
    .map((p, i) => ({ p, i }))
    .sort((a, b) => a.p.order - b.p.order || a.i - b.i)
    .map(({ p }) => p);
}

/** Whether somebody acts at the same time as the one before. */
export function isTogether(list: readonly Party[], i: number): boolean {
  return i > 0 && list[i]?.order === list[i - 1]?.order;
}

/** Numbers a list anew, 1, 2, 3; those who act together share a number. */
export function numbered(list: readonly Party[], together: readonly boolean[]): Party[] {
  let order = 0;
  return list.map((p, i) => {
    if (i === 0 || !together[i]) order++;
    return p.order === order ? p : { ...p, order };
  });
}

/** The list with somebody at another place. Groups stay groups as far as their members stay neighbours. */
export function shifted(list: readonly Party[], from: number, to: number): Party[] {
  const moving = list[from];
  if (!moving || to < 0 || to >= list.length) return [...list];
  const rest = list.filter((_, i) => i !== from);
  const next = [...rest.slice(0, to), moving, ...rest.slice(to)];
  const alone = next.map((p, i) => p !== moving && next[i - 1] !== moving && isTogether(next, i));
  return numbered(next, alone);
}

/** The list with somebody joined to the one before, or parted from them. */
export function joined(list: readonly Party[], at: number, together: boolean): Party[] {
  return numbered(
    list,
    list.map((_, i) => (i === at ? together : isTogether(list, i))),
  );
}
