import type { Schemas } from '@shared/api/client';
import { useEffect, useState } from 'react';
import { type Check, fromServer, look } from '../model/checks';
import type { State } from '../model/state';
import { useStore } from '../model/store';
import { useDraft, useEditor } from '../session';

/** What stands in the way: what is seen here at once, and what the server adds when everything is saved. */
export function useChecks(): Check[] {
  const { draft, saver } = useEditor();
  const state = useDraft((s) => s);
  const saved = useStore(saver.queue.state, (s) => s.kind === 'saved');
  const [told, setTold] = useState<Check[]>([]);
  const content = useDraft(contentOf, (a, b) => a.every((x, i) => x === b[i]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever other content is saved
  useEffect(() => {
    if (!saved) return;
    let over = false;
    const envelope = `/api/v1/envelopes/${draft.value.id}`;
    const ask = async () => {
      const [check, e] = await Promise.all([
        read<Schemas['EnvelopeCheck']>(`${envelope}/check`),
        read<Schemas['EnvelopeView']>(envelope),
      ]);
      if (!over && check && e) setTold(fromServer(draft.value, check, e, (id) => saver.nameOf(id)));
    };
    ask().catch(() => {}); // the server says it again when it is asked to send
    return () => {
      over = true;
    };
  }, [saved, content]);
  return [...look(state), ...told].filter(once);
}

/** Reads without a word when it fails: nobody asked for it, so nobody is asked to sign in again for it. */
async function read<T>(url: string): Promise<T | undefined> {
  const answer = await fetch(url);
  return answer.ok ? answer.json() : undefined;
}

function contentOf(s: State): readonly unknown[] {
  return [s.details, s.documents, s.people, s.history.now];
}

function once(c: Check, i: number, all: Check[]): boolean {
  const same = (o: Check) =>
    o.code === c.code &&
    o.target.field === c.target.field &&
    o.target.person === c.target.person &&
    o.target.document === c.target.document;
  return all.findIndex(same) === i;
}
