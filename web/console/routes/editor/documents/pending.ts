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
  /** The subject that the first file gave. */
  title: string;
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
  nameAfterFirst(session, beginning.title);
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

/** A subject that came from a file which did not get in goes to the first that did. */
function nameAfterFirst({ draft, uploads }: Session, title: string): void {
  const first = uploads.list.value[0]?.key;
  let refused = false;
  const look = () => {
    const arrival = uploads.list.value.find((a) => a.key === first);
    refused = arrival ? arrival.state === 'failed' : refused;
    const [doc] = draft.value.documents;
    const { details } = draft.value;
    const settled = details.title !== title || (!arrival && !refused);
    if (!settled && !(refused && doc)) return;
    for (const stop of stops) stop();
    if (!settled && doc) draft.patch({ details: { ...details, title: titleOf(doc.name) } });
  };
  const stops = [uploads.list.subscribe(look), draft.subscribe(look)];
}

/** A file's name without its ending is the best guess of a subject. */
export function titleOf(name: string): string {
  return name
    .replace(/\.pdf$/i, '')
    .replace(/_+/g, ' ')
    .trim()
    .slice(0, 300);
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
