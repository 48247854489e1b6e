import type { Sitting } from './sitting';

/** The envelope in the console, for members of staff who came from there; nothing for everybody else. */
export function inConsole(s: Sitting): string | undefined {
  const from = new URLSearchParams(location.search).get('from');
  return from === 'console' ? `/envelopes/${encodeURIComponent(s.view.envelope)}` : undefined;
}
