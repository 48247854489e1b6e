import { commit } from '../model/history';
import { newKey } from '../model/state';
import type { Rect } from '../model/types';
import type { Session } from '../session';

/** A place for a signature that a document is known to have. */
export interface Place extends Rect {
  page: number;
}

interface Beginning {
  files: File[];
  places: readonly Place[];
}

/** What was chosen before its draft existed waits here for its page. */
const waiting = new Map<string, Beginning>();

export function leave(envelope: string, beginning: Beginning): void {
  waiting.set(envelope, beginning);
}

/** Takes up what waits: the files are sent, and where a place to sign is known, the sender's field is put there. */
export function takeUp(session: Session): void {
  const { draft, uploads } = session;
  const beginning = waiting.get(draft.value.id);
  if (!beginning) return;
  waiting.delete(draft.value.id);
  uploads.add(beginning.files);
  const [place] = beginning.places;
  const { who } = draft.value;
  if (!place || !who) return;
  const stop = draft.subscribe(() => {
    const doc = draft.value.documents[0];
    if (!doc) return;
    stop();
    const field = {
      key: newKey(),
      document: doc.id,
      type: 'signature',
      recipient: who,
      required: true,
      config: {},
      ...place,
    };
    draft.patch({ history: commit(draft.value.history, [field]) });
  });
}

/** Reads the places that a sample announces; what is not understood is no place. */
export function readPlaces(header: string | null): Place[] {
  try {
    const list: unknown = JSON.parse(header ?? '[]');
    return Array.isArray(list) ? list.filter(isPlace) : [];
  } catch {
    return [];
  }
}

function isPlace(v: unknown): v is Place {
  if (typeof v !== 'object' || v === null) return false;
  const o = v as { [key: string]: unknown };
  return ['page', 'x', 'y', 'width', 'height'].every((k) => Number.isFinite(o[k]));
}
