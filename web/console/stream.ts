/** What a stream of events ended with. */
export type Ending = 'ended' | 'failed' | 'signed-out';

export interface StreamEvent {
  id: string | undefined;
  type: string;
  envelope: string;
}

/** Longer than the server's pings are apart: a stream this silent is dead. */
const silence = 45_000;

/**
 * Reads the event stream by fetch: unlike EventSource it tells an ended session from a lost network, and hears events
 * whose type it does not know.
 */
export async function openStream(
  after: string | undefined,
  signal: AbortSignal,
  hear: { opened(): void; event(e: StreamEvent): void },
): Promise<Ending> {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener('abort', stop);
  let timer = setTimeout(stop, silence);
  try {
    const headers: HeadersInit = after === undefined ? {} : { 'Last-Event-ID': after };
    const answer = await fetch('/api/v1/events/stream', { headers, signal: own.signal, cache: 'no-store' });
    if (answer.status === 401) return 'signed-out';
    if (!answer.ok || !answer.body) return 'failed';
    hear.opened();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new Parser(hear.event);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'ended';
      clearTimeout(timer);
      timer = setTimeout(stop, silence);
      parser.feed(value);
    }
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Takes text/event-stream in whatever pieces it comes. */
export class Parser {
  private rest = '';
  private id: string | undefined;
  private type = '';
  private data: string[] = [];
  private readonly hear: (e: StreamEvent) => void;

  constructor(hear: (e: StreamEvent) => void) {
    this.hear = hear;
  }

  feed(piece: string): void {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line.replace(/\r$/, ''));
  }

  private line(line: string): void {
    if (line === '') {
      this.dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    if (name === 'event') this.type = value;
    if (name === 'data') this.data.push(value);
  }

  private dispatch(): void {
    const { type, data } = this;
    this.type = '';
    this.data = [];
    if (data.length === 0) return;
    this.hear({ id: this.id, type: type || 'message', envelope: envelopeOf(data.join('\n')) });
  }
}

function envelopeOf(data: string): string {
  try {
    const body: unknown = JSON.parse(data);
    if (typeof body === 'object' && body !== null && 'envelope' in body && typeof body.envelope === 'string')
      return body.envelope;
  } catch {
    // A piece that is no JSON still says that something happened.
  }
  return '';
}
