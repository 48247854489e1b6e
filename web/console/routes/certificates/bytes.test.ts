import { expect, test } from 'vitest';
import { base64 } from './bytes';

test('bytes become base64, however many', () => {
  expect(base64(new Uint8Array([]))).toBe('');
  expect(base64(new Uint8Array([0, 255, 16]))).toBe('AP8Q');
  const many = new Uint8Array(20_001).fill(7);
  expect(base64(many)).toBe(btoa('\x07'.repeat(many.length)));
});
