import { expect, test } from 'vitest';
import { settingsOf, withSetting } from './schema';

const schema = {
  type: 'object',
  properties: {
    label: { type: 'string', maxLength: 200, title: 'Label' },
    size: { type: 'number', minimum: 4, maximum: 72, title: 'Size' },
    align: { type: 'string', enum: ['left', 'right'], title: 'Alignment' },
    note: { type: 'boolean', default: false, title: 'Note' },
    kinds: { type: 'array', items: { type: 'string', enum: ['typed', 'drawn'] }, title: 'Ways' },
    options: { type: 'array', maxItems: 200, items: { type: 'string', maxLength: 200 }, title: 'Choices' },
    odd: { oneOf: [] },
  },
};

test('each kind of setting has its control; what is not known has none', () => {
  expect(settingsOf(schema).map((s) => [s.name, s.kind])).toEqual([
    ['label', 'text'],
    ['size', 'number'],
    ['align', 'choice'],
    ['note', 'switch'],
    ['kinds', 'set'],
    ['options', 'list'],
  ]);
  for (const no of [undefined, null, 'x', {}, { properties: [] }]) expect(settingsOf(no)).toEqual([]);
});

test('what is empty or usual is left out of the configuration', () => {
  const [label, , , note] = settingsOf(schema);
  if (!label || !note) throw new Error('settings expected');
  expect(withSetting({ size: 9 }, label, 'Place')).toEqual({ size: 9, label: 'Place' });
  expect(withSetting({ label: 'Place' }, label, '')).toEqual({});
  expect(withSetting({}, note, true)).toEqual({ note: true });
  expect(withSetting({ note: true }, note, false)).toEqual({});
});
