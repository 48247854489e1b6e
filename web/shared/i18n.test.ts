import { beforeEach, expect, test } from 'vitest';
import { addTexts, match, parts, setLanguage, t } from './i18n';

beforeEach(() => {
  setLanguage('hu');
  setLanguage('en');
  addTexts({
    plain: 'Send',
    hello: 'Hello {name}',
    count: { one: '{n} page', other: '{n} pages' },
    link: 'Read {terms} first',
  });
});

test('fills placeholders and plurals', () => {
  expect(t('plain')).toBe('Send');
  expect(t('hello', { name: 'Zsófia' })).toBe('Hello Zsófia');
  expect(t('count', { n: 1 })).toBe('1 page');
  expect(t('count', { n: 1200 })).toBe('1,200 pages');
  expect(t('missing.key')).toBe('missing.key');
});

test('keeps a name of the other direction apart', () => {
  expect(t('hello', { name: 'ليلى' })).toBe('Hello \u2068ليلى\u2069');
});

test('cuts a sentence for elements', () => {
  expect(parts('link')).toEqual([{ text: 'Read ' }, { hole: 'terms' }, { text: ' first' }]);
});

test('finds a language', () => {
  expect(match(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(match([])).toBe('en');
});
