import { describe, expect, it } from 'vitest';
import { expiresAt, standing } from './expiry';

const now = new Date('2026-11-22T12:00:00Z');

describe('expiresAt', () => {
  it('counts days, takes a whole chosen day, or none', () => {
    expect(expiresAt('30', '', now)).toBe('2026-12-22T12:00:00.000Z');
    expect(expiresAt('never', '2027-01-01', now)).toBeUndefined();
    expect(new Date(expiresAt('date', '2027-01-02', now) ?? 0).getHours()).toBe(23);
    expect(expiresAt('date', '', now)).toBeUndefined();
  });
});

describe('standing', () => {
  it('warns in the last fortnight', () => {
    const at = (day: string) => standing({ expires_at: `2026-12-${day}T00:00:00Z` }, now.getTime());
    expect(at('01')).toBe('soon');
    expect(at('31')).toBe('active');
    expect(standing({ expires_at: '2026-11-01T00:00:00Z' }, now.getTime())).toBe('expired');
    expect(standing({ revoked_at: '2026-11-01T00:00:00Z' }, now.getTime())).toBe('revoked');
    expect(standing({}, now.getTime())).toBe('active');
  });
});
