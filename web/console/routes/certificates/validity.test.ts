import { describe, expect, it } from 'vitest';
import { commonName, daysUntil, validity } from './validity';

const now = Date.parse('2026-11-22T12:00:00Z');
const until = (not_after: string) => validity({ not_before: '2026-01-01T00:00:00Z', not_after }, now);

describe('validity', () => {
  it('warns at 90 and at 30 days', () => {
    expect(until('2027-11-22T12:00:00Z')).toBe('valid');
    expect(until('2027-02-20T12:00:00Z')).toBe('valid');
    expect(until('2027-02-20T11:59:59Z')).toBe('soon');
    expect(until('2026-12-22T11:00:00Z')).toBe('now');
    expect(until('2026-11-22T12:00:00Z')).toBe('expired');
    expect(validity({ not_before: '2027-01-01T00:00:00Z', not_after: '2028-01-01T00:00:00Z' }, now)).toBe(
      'future',
    );
  });
  it('counts whole days', () => {
    expect(daysUntil('2026-11-23T11:00:00Z', now)).toBe(0);
    expect(daysUntil('2026-11-24T12:00:00Z', now)).toBe(2);
  });
});

describe('commonName', () => {
  it('reads it wherever it stands', () => {
    expect(commonName('CN=Acme Seal,O=Acme\\, Inc.,C=HU')).toBe('Acme Seal');
    expect(commonName('O=Acme,CN=Acme\\, Inc.')).toBe('Acme, Inc.');
    expect(commonName('O=Acme')).toBe('O=Acme');
  });
});
