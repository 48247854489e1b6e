import { expect, test } from 'vitest';
import { device } from './device';

test('browsers that call themselves several names are told apart', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/125.0 Safari/537.36 Edg/125.0';
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1';
  expect(device(edge)).toEqual({ browser: 'Edge', system: 'Windows' });
  expect(device(phone)).toEqual({ browser: 'Safari', system: 'iOS' });
  expect(device('curl/8.1')).toEqual({ browser: 'curl', system: '' });
  expect(device('')).toEqual({ browser: '', system: '' });
});
