import { useCallback, useRef, useSyncExternalStore } from 'react';

/** A value that tells when it changes. It lives outside React, so that dragging costs no render. */
export class Store<T> {
  #value: T;
  #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(next: T): void {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const l of [...this.#listeners]) l();
  }

  patch(part: Partial<T>): void {
    this.set({ ...this.#value, ...part });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Reads a part of a store; the component renders again only when that part is another one. */
export function useStore<T, P>(
  store: Store<T>,
  select: (value: T) => P,
  same: (a: P, b: P) => boolean = Object.is,
): P {
  const last = useRef<{ from: T; select: (value: T) => P; part: P } | undefined>(undefined);
  const snapshot = useCallback(() => {
    const from = store.value;
    const before = last.current;
    if (before && before.from === from && before.select === select) return before.part;
    const part = select(from);
    const kept = before && same(before.part, part) ? before.part : part;
    last.current = { from, select, part: kept };
    return kept;
  }, [store, select, same]);
  return useSyncExternalStore(store.subscribe, snapshot);
}

/** Whether two lists hold the same members in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
}
