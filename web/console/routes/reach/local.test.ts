import { expect, test } from 'vitest';
import { localHost } from './local';

test('addresses of the device itself are known in every form', () => {
  for (const host of ['127.0.0.1:8321', '127.1.2.3', 'localhost:8321', 'sign.localhost', '[::1]:8321'])
    expect(localHost(`http://${host}/s/x`)).toBe(host);
});

test('addresses that others can open are not', () => {
  for (const host of ['sign.example.org', '192.168.1.7:8321', '127.example.org', '[fd00::1]'])
    expect(localHost(`https://${host}/s/x`)).toBeUndefined();
});
