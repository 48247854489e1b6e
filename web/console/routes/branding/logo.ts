/** A logo as the API takes one: base64 of a PNG or JPEG file of at most 128 KB and 4 megapixels. */

export const maxLogoBytes = 128 * 1024;
export const maxLogoPixels = 4 * 1024 * 1024;

export type LogoFault = 'type' | 'size' | 'pixels' | 'unreadable';

/** The media type by the file's first bytes; what it calls itself does not count. */
export function imageType(head: Uint8Array): 'image/png' | 'image/jpeg' | undefined {
  const png = [0x89, 0x50, 0x4e, 0x47];
  if (png.every((b, i) => head[i] === b)) return 'image/png';
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  return undefined;
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

/** The address at which a page shows a logo that it holds in base64. */
export function logoAddress(base64: string): string {
  const head = Uint8Array.from(atob(base64.slice(0, 8)), (c) => c.charCodeAt(0));
  return `data:${imageType(head) ?? 'image/png'};base64,${base64}`;
}

/** Reads a file that was chosen; the answer is its base64, or what is wrong with it. */
export async function readLogo(file: File): Promise<{ logo: string } | { fault: LogoFault }> {
  if (file.size > maxLogoBytes) return { fault: 'size' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!imageType(bytes)) return { fault: 'type' };
  try {
    const picture = await createImageBitmap(new Blob([bytes]));
    const pixels = picture.width * picture.height;
    picture.close();
    return pixels > maxLogoPixels ? { fault: 'pixels' } : { logo: toBase64(bytes) };
  } catch {
    return { fault: 'unreadable' };
  }
}
