import { describe, expect, it } from 'vitest';
import { imageType, logoAddress, maxLogoBytes, readLogo, toBase64 } from './logo';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

describe('logo files', () => {
  it('are known by their first bytes', () => {
    expect(imageType(png)).toBe('image/png');
    expect(imageType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
    expect(imageType(new TextEncoder().encode('<svg xmlns'))).toBeUndefined();
    expect(imageType(new Uint8Array())).toBeUndefined();
  });
  it('are shown from where they are held', () => {
    expect(logoAddress(toBase64(png))).toBe('data:image/png;base64,iVBORw0KGgo=');
    expect(logoAddress(toBase64(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2)))).toMatch(/^data:image\/jpeg;/);
  });
  it('are refused by size and by kind before anything is sent', async () => {
    expect(await readLogo(new File([new Uint8Array(maxLogoBytes + 1)], 'a.png'))).toEqual({ fault: 'size' });
    expect(await readLogo(new File(['<svg/>'], 'a.png'))).toEqual({ fault: 'type' });
  });
  it('survive being long', () => {
    const long = new Uint8Array(20_000).fill(7);
    expect(atob(toBase64(long)).length).toBe(20_000);
  });
});
