import { expect, test, vi } from 'vitest';
import { backoff, follow, keysOf, type Note, type Ports } from './live';
import { type Ending, Parser, type StreamEvent } from './stream';

/** A browser with several tabs: one lock, one channel. */
class Browser {
  queue: (() => Promise<void>)[] = [];
  held = false;
  tabs: { hear: (n: Note) => void }[] = [];
  opened: { after: string | undefined; hear: { opened(): void; event(e: StreamEvent): void } }[] = [];
  ends: ((e: Ending) => void)[] = [];
  signIns = 0;

  ports(): Ports {
    const me = { hear: (_: Note) => {} };
    this.tabs.push(me);
    return {
      lead: (task, signal) => this.lead(task, signal),
      open: (after, signal, hear) => {
        this.opened.push({ after, hear });
        return new Promise((resolve) => {
          this.ends.push(resolve);
          signal.addEventListener('abort', () => resolve('failed'));
        });
      },
      post: (note) => {
        for (const tab of this.tabs) if (tab !== me) tab.hear(note);
      },
      listen: (hear) => {
        me.hear = hear;
        return () => {
          me.hear = () => {};
        };
      },
      signIn: async () => {
        this.signIns++;
      },
      wait: async () => {},
    };
  }

  private async lead(task: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.held) {
      await new Promise<void>((go) => this.queue.push(async () => go()));
      if (signal.aborted) return;
    }
    this.held = true;
    await task();
    this.held = false;
    await this.queue.shift()?.();
  }
}

const tick = () => new Promise((r) => setTimeout(r, 0));

test('one stream for all tabs, and the next tab takes over', async () => {
  const browser = new Browser();
  const first = vi.fn();
  const second = vi.fn();
  const stop = follow(browser.ports(), first);
  follow(browser.ports(), second);
  await tick();
  expect(browser.opened).toHaveLength(1);
  browser.opened[0]?.hear.opened();
  browser.opened[0]?.hear.event({ id: '7', type: 'envelope.sent', envelope: 'e1' });
  const event = { kind: 'event', envelope: 'e1', type: 'envelope.sent' };
  expect(first).toHaveBeenCalledWith(event);
  expect(second).toHaveBeenCalledWith(event);
  stop();
  await tick();
  expect(browser.opened).toHaveLength(2);
});

test('a late tab asks how things stand', async () => {
  const browser = new Browser();
  follow(browser.ports(), vi.fn());
  await tick();
  browser.opened[0]?.hear.opened();
  const late = vi.fn();
  follow(browser.ports(), late);
  expect(late).toHaveBeenCalledWith({ kind: 'contact', connected: true, fresh: false });
});

test('after a loss it comes again with the last id and makes everything old', async () => {
  const browser = new Browser();
  const heard = vi.fn();
  follow(browser.ports(), heard);
  await tick();
  browser.opened[0]?.hear.opened();
  browser.opened[0]?.hear.event({ id: '41', type: 'x', envelope: 'e' });
  browser.ends[0]?.('ended');
  await tick();
  expect(heard).toHaveBeenCalledWith({ kind: 'contact', connected: false, fresh: false });
  expect(browser.opened[1]?.after).toBe('41');
  browser.opened[1]?.hear.opened();
  expect(heard).toHaveBeenLastCalledWith({ kind: 'contact', connected: true, fresh: true });
});

test('an ended session asks to sign in and does not look like a lost network', async () => {
  const browser = new Browser();
  const heard = vi.fn();
  follow(browser.ports(), heard);
  await tick();
  browser.ends[0]?.('signed-out');
  await tick();
  expect(browser.signIns).toBe(1);
  expect(heard).not.toHaveBeenCalled();
  expect(browser.opened).toHaveLength(2);
});

test('waits grow and stay bearable', () => {
  expect([0, 1, 2, 9, 99].map(backoff)).toEqual([1000, 2000, 4000, 30_000, 30_000]);
});

test('an event makes the lists and its envelope old', () => {
  expect(keysOf(new Set(['e1']))).toContainEqual(['events', 'e1']);
  expect(keysOf(new Set(['e1']))).toContainEqual(['counts']);
});

test('the parser takes events in any pieces', () => {
  const heard: StreamEvent[] = [];
  const parser = new Parser((e) => heard.push(e));
  for (const piece of [': ping\n\nid: 3\nev', 'ent: envelope.sent\r\ndata: {"envelope":', '"e9"}\n', '\n'])
    parser.feed(piece);
  expect(heard).toEqual([{ id: '3', type: 'envelope.sent', envelope: 'e9' }]);
});
