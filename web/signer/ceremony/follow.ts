import type { Progress } from './types';

/** How often the state is asked for where the stream cannot be had. */
const every = 5000;

/**
 * Follows where an envelope stands: by the stream of events, and by asking where a browser or a proxy in
 * between does not let it through. Returns what ends it.
 */
export function follow(url: string, on: (p: Progress) => void, ask: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const source = new EventSource(url);
  const poll = () => {
    timer ??= setInterval(ask, every);
  };
  source.addEventListener('state', (e) => {
    clearInterval(timer);
    timer = undefined;
    on(JSON.parse(e.data) as Progress);
  });
  source.addEventListener('error', poll);
  return () => {
    clearInterval(timer);
    source.close();
  };
}
