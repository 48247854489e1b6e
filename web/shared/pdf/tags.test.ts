import { expect, it } from 'vitest';
import { roleOf } from './tags';

it('names headings with their level', () => {
  expect(roleOf({ role: 'H3' }, '')).toEqual({ role: 'heading', level: '3' });
  expect(roleOf({ role: 'H' }, '')).toEqual({ role: 'heading', level: '2' });
});

it('gives lists and tables roles only when they are built as such', () => {
  const list = { role: 'L', children: [{ role: 'LI' }] };
  expect(roleOf(list, '')?.role).toBe('list');
  expect(roleOf({ role: 'L', children: [{ role: 'P' }] }, '')).toBeUndefined();
  expect(roleOf({ role: 'LI' }, 'list')?.role).toBe('listitem');
  expect(roleOf({ role: 'LI' }, '')).toBeUndefined();
  const table = { role: 'Table', children: [{ role: 'TBody', children: [{ role: 'TR' }] }] };
  expect(roleOf(table, '')?.role).toBe('table');
  expect(roleOf({ role: 'TD' }, 'row')?.role).toBe('cell');
  expect(roleOf({ role: 'TD' }, 'paragraph')).toBeUndefined();
});

it('tells headers of rows from headers of columns', () => {
  expect(roleOf({ role: 'TH' }, 'row')?.role).toBe('columnheader');
  expect(roleOf({ role: 'TH', scope: 'Row' }, 'row')?.role).toBe('rowheader');
});

it('calls a picture one only when it has words', () => {
  expect(roleOf({ role: 'Figure', alt: 'A map' }, '')?.role).toBe('img');
  expect(roleOf({ role: 'Figure' }, '')).toBeUndefined();
  expect(roleOf({ role: 'Span' }, '')).toBeUndefined();
});
