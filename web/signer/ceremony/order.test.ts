import { describe, expect, it } from 'vitest';
import { readingOrder } from './order';
import { a4, doc, field } from './testing';

const ids = (...args: Parameters<typeof readingOrder>) => readingOrder(...args).map((f) => f.id);

describe('reading order', () => {
  it('goes by document, page, line and place in the line', () => {
    const fields = [
      field('other document', { document: 'd2' }),
      field('second page', { page: 2 }),
      field('low', { y: 50 }),
      field('high right', { y: 700, x: 300 }),
      field('high left', { y: 702, x: 50 }),
    ];
    const documents = [doc('d1', [a4, a4]), doc('d2')];
    expect(ids(fields, documents)).toEqual([
      'high left',
      'high right',
      'low',
      'second page',
      'other document',
    ]);
  });

  it('takes fields of unlike height for one line when their middles are near', () => {
    const fields = [
      field('date', { x: 300, y: 110, height: 20 }),
      field('signature', { x: 50, y: 100, height: 50 }),
    ];
    expect(ids(fields, [doc('d1')])).toEqual(['signature', 'date']);
  });

  it('follows the line from the right where the reader does', () => {
    const fields = [field('left', { x: 50 }), field('right', { x: 300 })];
    expect(ids(fields, [doc('d1')], true)).toEqual(['right', 'left']);
  });

  it('reads turned pages as they are shown', () => {
    // Turned by a quarter clockwise: what has the smaller x in the file stands higher.
    const turned = { width: 842, height: 595, rotate: 90, crop: null };
    const fields = [field('below', { x: 400, y: 10 }), field('above', { x: 20, y: 600 })];
    expect(ids(fields, [doc('d1', [turned])])).toEqual(['above', 'below']);
  });

  it('leaves out what stands on no page', () => {
    expect(ids([field('nowhere', { page: 9 })], [doc('d1')])).toEqual([]);
  });
});
