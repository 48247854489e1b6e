import { describe, expect, it } from 'vitest';
import { brandContrast, brandTokens, contrast, leastContrast, nearestPassing, readColor } from './brand';

describe('contrast', () => {
  it('agrees with known pairs', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#0b5a6f', '#ffffff')).toBeCloseTo(7.8, 1);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#16202c', '#ffffff')).toBeCloseTo(16.4, 1);
  });
  it('does not care which is in front', () => {
    expect(contrast('#6cc4da', '#131a22')).toBe(contrast('#131a22', '#6cc4da'));
  });
});

describe('brand colours', () => {
  const colors = [
    '#0b5a6f',
    '#ff0000',
    '#ffcc00',
    '#00ff88',
    '#1f4e79',
    '#000000',
    '#ffffff',
    '#7a3e9d',
    '#0000ff',
  ];
  it('offers a shade that passes', () => {
    for (const c of colors) expect(brandContrast(nearestPassing(c))).toBeGreaterThanOrEqual(leastContrast);
  });
  it('leaves a colour alone that passes', () => {
    expect(nearestPassing('#0b5a6f')).toBe('#0b5a6f');
    expect(nearestPassing('#000000')).toBe('#000000');
  });
  it('moves no further than needed', () => {
    expect(brandContrast(nearestPassing('#ffcc00'))).toBeLessThan(4.8);
  });
  it('is read in both themes, on its tint too, and its own text on it', () => {
    for (const c of colors.map(nearestPassing)) {
      const { light, dark } = brandTokens(c);
      expect(contrast(light.accent, '#f4f6f8')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(light.onAccent, light.accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(light.accent, light.soft)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark.accent, '#131a22')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark.onAccent, dark.accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark.accent, dark.soft)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('readColor', () => {
  it('takes what people type', () => {
    expect(readColor(' 0B5A6F')).toBe('#0b5a6f');
    expect(readColor('#abc')).toBe('#aabbcc');
    expect(readColor('teal')).toBeUndefined();
    expect(readColor('#12345')).toBeUndefined();
  });
});
