import { describe, expect, it } from 'vitest';
import { cell, collect, type Page, type Row } from './export';

const row = (id: string): Row => ({
  id,
  at: '2026-11-22T21:00:00Z',
  actor: { kind: 'user', id: 'u1' },
  operation: 'createUser',
  outcome: 'accepted',
  facts: { user: 'a,"b"' },
  hash: 'abc=',
  inclusion: { state: 'included', index: 3, size: 9 },
});

const pages: { [cursor: string]: Page } = {
  first: { items: [row('1'), row('2')], next: 'second' },
  second: { items: [row('3')] },
};
const read = async (cursor: string | undefined) => pages[cursor ?? 'first'] ?? { items: [] };
const never = new AbortController().signal;

describe('cell', () => {
  it('quotes what needs it', () => {
    expect(cell('a')).toBe('a');
    expect(cell('a,b')).toBe('"a,b"');
    expect(cell('say "a"')).toBe('"say ""a"""');
    expect(cell(undefined)).toBe('');
    expect(cell({ a: 1 })).toBe('"{""a"":1}"');
  });
  it('lets no spreadsheet run it', () => {
    expect(cell('=1+1')).toBe("'=1+1");
    expect(cell('@x')).toBe("'@x");
  });
});

describe('collect', () => {
  it('writes every page as CSV, with one head', async () => {
    const seen: number[] = [];
    const text = await (await collect(read, 'csv', (n) => seen.push(n), never)).text();
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('id,at,actor_kind,actor_id,operation,outcome,envelope,index,hash,facts');
    expect(lines[1]).toBe(
      '1,2026-11-22T21:00:00Z,user,u1,createUser,accepted,,3,abc=,"{""user"":""a,\\""b\\""""}"',
    );
    expect(seen).toEqual([2, 3]);
  });
  it('writes a JSON value a line', async () => {
    const text = await (await collect(read, 'jsonl', () => {}, never)).text();
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((l) => JSON.parse(l).id),
    ).toEqual(['1', '2', '3']);
  });
  it('stops when asked to', async () => {
    const stop = new AbortController();
    await expect(collect(read, 'csv', () => stop.abort(), stop.signal)).rejects.toThrow();
  });
});
