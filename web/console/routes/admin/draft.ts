import { useState } from 'react';

/** What somebody changed of what is saved, and what was saved when they began to. */
export interface Edits<F> {
  base: F;
  made: Partial<F>;
}

const keysIn = <F extends object>(of: Partial<F>) => Object.keys(of) as (keyof F)[];

/** One more change on top of what is saved. */
export function edit<F extends object>(edits: Edits<F>, saved: F, part: Partial<F>): Edits<F> {
  const first = keysIn(edits.made).every((k) => edits.made[k] === saved[k]);
  return { base: first ? saved : edits.base, made: { ...edits.made, ...part } };
}

/** The members that were changed here and do not stand so on the server. */
export function changes<F extends object>(edits: Edits<F>, saved: F): (keyof F)[] {
  return keysIn(edits.made).filter((k) => edits.made[k] !== saved[k]);
}

/** Those among them that somebody else has changed too, since the work here began. */
export function contested<F extends object>(edits: Edits<F>, saved: F): (keyof F)[] {
  return changes(edits, saved).filter((k) => saved[k] !== edits.base[k]);
}

/** Whether anything was saved by somebody else while there is work here. */
function isOvertaken<F extends object>(edits: Edits<F>, saved: F): boolean {
  if (changes(edits, saved).length === 0) return false;
  return keysIn<F>(saved).some((k) => saved[k] !== edits.base[k]);
}

/** A form that keeps what was typed on top of what is saved, also when a newer version of that comes in. */
export function useDraft<F extends object>(saved: F) {
  const [edits, setEdits] = useState<Edits<F>>({ base: saved, made: {} });
  return {
    form: { ...saved, ...edits.made },
    changed: changes(edits, saved).length > 0,
    overtaken: isOvertaken(edits, saved),
    contested: contested(edits, saved),
    set: (part: Partial<F>) => setEdits((now) => edit(now, saved, part)),
    /** After saving, and to give up what was typed. */
    clear: () => setEdits({ base: saved, made: {} }),
  };
}
