import { describe, expect, it } from 'vitest';
import { controlsOf, documentOf, formOf, pointerOf, type Schema } from './schema';

const mail: Schema = {
  type: 'object',
  required: ['host', 'from', 'password'],
  properties: {
    host: { type: 'string', title: 'Mail server', maxLength: 10 },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    tls: { type: 'string', enum: ['starttls', 'tls', 'none'] },
    password: { type: 'string', writeOnly: true },
    quiet: { type: 'boolean' },
    copies: { type: 'array', items: { type: 'string' } },
    hours: {
      type: 'object',
      required: ['from'],
      properties: { from: { type: 'number' }, 'a/b': { type: 'string' } },
    },
  },
};

const controls = controlsOf(mail);
const value = {
  host: 'mx',
  port: 25,
  tls: 'tls',
  quiet: true,
  copies: ['a', 'b'],
  hours: { from: 1.5 },
  other: 7,
};

describe('controlsOf', () => {
  it('finds a kind for each property and enters objects', () => {
    expect(controls.map((c) => [c.pointer, c.kind])).toEqual([
      ['/host', 'text'],
      ['/port', 'number'],
      ['/tls', 'choice'],
      ['/password', 'secret'],
      ['/quiet', 'switch'],
      ['/copies', 'list'],
      ['/hours/from', 'number'],
      ['/hours/a~1b', 'text'],
    ]);
  });
  it('titles by the schema, else by the name', () => {
    expect(controls.map((c) => c.title).slice(0, 2)).toEqual(['Mail server', 'port']);
  });
  it('makes nothing of a schema without properties', () => {
    expect(controlsOf({})).toEqual([]);
  });
});

describe('the way there and back', () => {
  it('keeps a document, and what no control shows', () => {
    expect(documentOf(controls, formOf(controls, value), value)).toEqual({ document: value, faults: [] });
  });
  it('never shows a secret, and keeps one that is left empty', () => {
    const stands = { ...value, password: 'kept' };
    const form = formOf(controls, stands);
    expect(form['/password']).toBe('');
    expect(documentOf(controls, form, stands).document).toEqual(stands);
    expect(documentOf(controls, { ...form, '/password': ' new ' }, stands).document).toMatchObject({
      password: ' new ',
    });
  });
  it('leaves out what is emptied', () => {
    const { document } = documentOf(controls, { ...formOf(controls, value), '/port': ' ' }, value);
    expect(document).not.toHaveProperty('port');
  });
  it('makes the objects that a value needs', () => {
    const { document } = documentOf(controls, { '/host': 'a', '/hours/from': '2' }, undefined);
    expect(document).toMatchObject({ host: 'a', hours: { from: 2 } });
  });
  it('reads a list a line each', () => {
    const form = { ...formOf(controls, value), '/copies': ' x \n\n y' };
    expect(documentOf(controls, form, value).document).toMatchObject({ copies: ['x', 'y'] });
  });
  it('gives a choice the type it has in the schema', () => {
    const c = controlsOf({ properties: { n: { enum: [1, 2] } } });
    expect(documentOf(c, { '/n': '2' }, {}).document).toEqual({ n: 2 });
  });
});

describe('faults', () => {
  const faultsWith = (more: { [p: string]: string }) =>
    documentOf(controls, { ...formOf(controls, value), ...more }, value).faults.map((f) => [
      f.pointer,
      f.code,
    ]);
  it('says what is wrong with each', () => {
    expect(faultsWith({ '/host': '' })).toEqual([['/host', 'required']]);
    expect(faultsWith({ '/host': 'longer than ten' })).toEqual([['/host', 'too_long']]);
    expect(faultsWith({ '/port': 'x' })).toEqual([['/port', 'not_a_number']]);
    expect(faultsWith({ '/port': '1.5' })).toEqual([['/port', 'not_whole']]);
    expect(faultsWith({ '/port': '0' })).toEqual([['/port', 'under']]);
    expect(faultsWith({ '/port': '70000' })).toEqual([['/port', 'over']]);
  });
  it('checks a pattern, and leaves one that it cannot read to the server', () => {
    const read = (pattern: string) =>
      documentOf(controlsOf({ properties: { a: { pattern } } }), { '/a': 'b' }, {}).faults;
    expect(read('^a$')).toEqual([{ pointer: '/a', code: 'bad_form' }]);
    expect(read('(')).toEqual([]);
  });
  it('writes pointers as RFC 6901 does', () => {
    expect(pointerOf(['a~b', 'c/d'])).toBe('/a~0b/c~1d');
  });
});
