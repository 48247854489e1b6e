import { createContext, useContext } from 'react';
import type { Canvas } from './canvas/canvas';
import { Uploads } from './documents/uploads';
import { type Draft, newDraft, type State } from './model/state';
import { Store, useStore } from './model/store';
import type { Envelope, FieldType } from './model/types';
import { Saver } from './save/saver';

/** The work on one draft, for as long as it is open or something of it waits to be saved. */
export interface Session {
  draft: Draft;
  saver: Saver;
  uploads: Uploads;
  /** The pages that show, once they do. */
  canvas: Store<Canvas | undefined>;
}

const open = new Map<string, { session: Session; users: number }>();

/** The work on a draft. A page that was drawn anew, in another language say, goes on with what was there. */
export function enter(e: Envelope, types: readonly FieldType[], arrived: (name: string) => void): Session {
  const there = open.get(e.id);
  if (there) {
    there.users++;
    return there.session;
  }
  const draft = newDraft(e, types);
  const saver = new Saver(draft, e);
  const session: Session = {
    draft,
    saver,
    uploads: new Uploads(saver, arrived),
    canvas: new Store<Canvas | undefined>(undefined),
  };
  open.set(e.id, { session, users: 1 });
  return session;
}

/** Ends the work when nobody looks at it any more, not before everything is saved. */
export function leave(session: Session): void {
  const { id } = session.draft.value;
  const there = open.get(id);
  if (!there) return;
  there.users--;
  void session.saver.queue.flush().then(() => {
    if (there.users > 0 || open.get(id) !== there || !session.saver.queue.idle) return;
    session.saver.stop();
    open.delete(id);
  });
}

/** Whether work on this draft is still open, so that what is here counts and not what the server last said. */
export function isOpen(id: string): boolean {
  return open.has(id);
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useEditor(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('outside of the editor');
  return session;
}

/** A part of the draft; the component is drawn again when that part changes. */
export function useDraft<P>(select: (s: State) => P, same?: (a: P, b: P) => boolean): P {
  return useStore(useEditor().draft, select, same);
}
