import { addTexts } from '@shared/i18n';
import { beforeAll, expect, test } from 'vitest';
import texts from '../../../internal/locale/texts/en/verify.json';
import { reason, unfit } from './send';
import { cause, commonName, complete, coverOf, findings, kindOf, nameOf, summary, wordOf } from './verdict';

beforeAll(() => addTexts(texts));

const passed = { indication: 'TOTAL_PASSED' };
const failed = { indication: 'TOTAL_FAILED', sub_indication: 'HASH_FAILURE' };
const unknown = { indication: 'INDETERMINATE', sub_indication: 'NO_CERTIFICATE_CHAIN_FOUND' };

test('a word comes from the whole indication', () => {
  expect(
    ['TOTAL_PASSED', 'TOTAL_FAILED', 'INDETERMINATE', 'PASSED', 'NOT_TOTAL_PASSED', ''].map(wordOf),
  ).toEqual(['valid', 'failed', 'unknown', 'unknown', 'unknown', 'unknown']);
});

test('the summary names the worst', () => {
  expect(summary([])).toEqual({ word: 'unknown', text: 'This file has no signature.' });
  expect(summary([passed]).text).toBe('The signature is valid.');
  expect(summary([passed, passed]).text).toBe('All 2 signatures are valid.');
  expect(summary([unknown]).text).toBe('The signature cannot be confirmed.');
  expect(summary([passed, unknown, failed])).toEqual({
    word: 'failed',
    text: '1 of 3 signatures is not valid.',
  });
  expect(summary([passed, unknown, unknown]).text).toBe('2 of 3 signatures cannot be confirmed.');
});

test('names are read out of distinguished names', () => {
  expect(commonName('CN=Anna Kovács,O=Example Kft.,C=HU')).toBe('Anna Kovács');
  expect(commonName('O=Example\\, Ltd,CN=Smith\\, John+SERIALNUMBER=1')).toBe('Smith, John');
  expect(commonName('O=Only')).toBe('O=Only');
  expect(nameOf({})).toBe('an unnamed signer');
});

test('causes and findings are said in words, unknown ones as the server says them', () => {
  expect(cause(passed)).toBe('');
  expect(cause(failed)).toBe('The file was changed after it was signed.');
  expect(cause({ indication: 'INDETERMINATE', sub_indication: 'SOMETHING_NEW' })).toBe('See the details.');
  expect(
    findings({
      errors: [{ code: 'hash', text: 'x' }],
      warnings: [{ code: 'brand_new', text: 'Brand new.' }],
    }),
  ).toEqual(['The signed bytes were changed.', 'Brand new.']);
  expect(kindOf({ level: 'B-T', format: 'PAdES-BASELINE-T' })).toContain('proof of time');
  expect(kindOf({ level: '', format: 'UNKNOWN' })).toBe('UNKNOWN');
  expect(coverOf({ coverage: 'odd' })).toBe('It is not clear what');
});

test('answers that are none become a sentence', () => {
  expect(reason('{"code":"not_pdf"}')).toBe('verify.not_pdf');
  expect(reason('{"code":"toString"}')).toBe('verify.failed');
  expect(reason('<html>')).toBe('verify.failed');
});

test('what cannot be a PDF is not sent', () => {
  expect(unfit({ name: 'a.pdf', type: '', size: 10 })).toBeUndefined();
  expect(unfit({ name: 'a', type: 'application/pdf', size: 10 })).toBeUndefined();
  expect(unfit({ name: 'a.docx', type: 'application/msword', size: 10 })).toBe('verify.not_pdf');
  expect(unfit({ name: 'a.pdf', type: 'application/pdf', size: 51 * 1024 * 1024 })).toBe('verify.too_large');
});

test('completeness is a question of its own', () => {
  const signatures = [] as [];
  expect(complete({ signatures })).toContain('This file holds 0 signatures.');
  const origin = { complete: true, state: 'sealed', signers_done: 2, signers_total: 2 };
  expect(complete({ signatures, origin })).toContain('all 2 people who were asked have signed');
  expect(complete({ signatures, origin: { ...origin, complete: false, signers_done: 1 } })).toContain(
    '1 of 2 people',
  );
});
