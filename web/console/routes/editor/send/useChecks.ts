import type { Schemas } from '@shared/api/client';
import { useEffect, useState } from 'react';
import { type Check, fromServer, look } from '../model/checks';
import type { State } from '../model/state';
import { useStore } from '../model/store';
import { useDraft, useEditor } from '../session';

/**
 * What stands in the way: what is seen here at once, and what the server adds when everything is saved. Paused, the
 * server is not asked: a draft that is just being sent is none any more.
 */
export function useChecks(paused: boolean): Check[] {
  const { draft, saver } = useEditor();
  const state = useDraft((s) => s);
  const saved = useStore(saver.queue.state, (s) => s.kind === 'saved');
  const [told, setTold] = useState<Check[]>([]);
  const content = useDraft(contentOf, (a, b) => a.every((x, i) => x === b[i]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever other content is saved
  useEffect(() => {
    if (!saved || paused) return;
    const stop = new AbortController();
    const envelope = `/api/v1/envelopes/${draft.value.id}`;
    const ask = async () => {
      const [check, e] = await Promise.all([
        read<Schemas['EnvelopeCheck']>(`${envelope}/check`, stop.signal),
        read<Schemas['EnvelopeView']>(envelope, stop.signal),
      ]);
      if (!stop.signal.aborted && check && e)
        setTold(fromServer(draft.value, check, e, (id) => saver.nameOf(id)));
    };
    ask().catch(() => {}); // the server says it again when it is asked to send
    return () => stop.abort();
  }, [saved, content, paused]);
  return [...look(state), ...told].filter(once);
}

/** Reads without a word when it fails: nobody asked for it, so nobody is asked to sign in again for it. */
async function read<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  const answer = await fetch(url, { signal });
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
