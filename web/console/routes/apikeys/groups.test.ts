import { describe, expect, it } from 'vitest';
import { grouped, preset, presetOf } from './groups';

const mine = ['envelopes:read', 'envelopes:read_all', 'uploads:write', 'users:read', 'sessions:own'];

describe('groups of permissions', () => {
  it('groups by what stands before the colon, in order', () => {
    expect(grouped(mine).map((g) => g.name)).toEqual(['envelopes', 'uploads', 'users', 'sessions']);
    expect(grouped(mine)[0]?.permissions).toEqual(['envelopes:read', 'envelopes:read_all']);
  });
});

describe('presets', () => {
  it('give no more than one holds', () => {
    expect(preset('send', mine)).toEqual(['envelopes:read', 'uploads:write']);
    expect(preset('read', mine)).toEqual(['envelopes:read', 'envelopes:read_all', 'users:read']);
  });
  it('leave out what a program has no use for', () => {
    expect(preset('all', mine)).not.toContain('sessions:own');
  });
  it('are recognized', () => {
    expect(presetOf(['uploads:write', 'envelopes:read'], mine)).toBe('send');
    expect(presetOf(['users:read'], mine)).toBeUndefined();
  });
});
