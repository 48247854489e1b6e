/** Brand colours: contrast by WCAG's arithmetic, and what follows from one colour in both themes. */

type RGB = readonly [number, number, number];

/** Grounds on which the accent is read: the darkest of light ones, the lightest of dark ones (tokens.css). */
const lightGround = '#f4f6f8';
const darkGround = '#131a22';
const darkInk = '#06222b';
/** The accent of the tokens themselves, which have a dark accent of their own beside it. */
const designAccent = '#0b5a6f';
const designDark = '#6cc4da';

/** The least contrast of an accent with what it stands on. */
export const leastContrast = 4.5;
/** What a derived dark accent aims at: dark pages want some more than the least. */
const darkAim = 7;

export interface Accent {
  accent: string;
  onAccent: string;
  soft: string;
}

/** Whether a text is a colour as the API takes one: # and six lower-case hexadecimal digits. */
export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text);
}

/** A colour in the API's form from what people type: with or without #, three digits or six, any case. */
export function readColor(text: string): string | undefined {
  const s = text.trim().toLowerCase().replace(/^#/, '');
  if (/^[0-9a-f]{6}$/.test(s)) return `#${s}`;
  if (/^[0-9a-f]{3}$/.test(s)) return `#${[...s].map((c) => c + c).join('')}`;
  return undefined;
}

function rgb(color: string): RGB {
  const n = Number.parseInt(color.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

function hex(c: RGB): string {
  return `#${c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;
}

function channel(v: number): number {
  const s = v / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
}

function luminance(color: string): number {
  const [r, g, b] = rgb(color);
  return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
}

/** Contrast of two colours, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** The colour that lies `share` of the way from `from` to `to`. */
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;
  return hex([at(0), at(1), at(2)]);
}

/** The first colour on the way from `from` to `to` that stands out from `ground` by `least`. */
function until(from: string, to: string, ground: string, least: number): string {
  for (let share = 0; share < 1; share += 0.01) {
    const c = mix(from, to, share);
    if (contrast(c, ground) >= least) return c;
  }
  return to;
}

/** How well a brand colour is read in the light theme, where it stands as it is. */
export function brandContrast(color: string): number {
  return contrast(color, lightGround);
}

/** The nearest darker shade of a colour that is read well enough; the colour itself where it is already. */
export function nearestPassing(color: string): string {
  return until(color, '#000000', lightGround, leastContrast);
}

/** A tint to lie under the accent, as strong as lets the accent be read on it. */
function softened(accent: string, ground: string, strongest: number): string {
  for (let share = strongest; share > 0; share -= 0.01) {
    const c = mix(ground, accent, share);
    if (contrast(accent, c) >= leastContrast) return c;
  }
  return ground;
}

/** What one brand colour becomes in either theme. The dark accent is a lighter shade of the same colour. */
export function brandTokens(color: string): { light: Accent; dark: Accent } {
  const dark = color === designAccent ? designDark : until(color, '#ffffff', darkGround, darkAim);
  return {
    light: { accent: color, onAccent: '#ffffff', soft: softened(color, '#ffffff', 0.12) },
    dark: { accent: dark, onAccent: darkInk, soft: softened(dark, darkGround, 0.16) },
  };
}

/** Puts a brand colour in the place of the accent in an element and all within it. Anything else is left alone. */
export function applyBrand(element: HTMLElement, color: string | undefined): void {
  const names = ['--accent', '--on-accent', '--accent-soft'] as const;
  if (!color || color === designAccent || !isColor(color) || brandContrast(color) < leastContrast) {
    for (const name of names) element.style.removeProperty(name);
    return;
  }
  const { light, dark } = brandTokens(color);
  const pairs = [
    [light.accent, dark.accent],
    [light.onAccent, dark.onAccent],
    [light.soft, dark.soft],
  ] as const;
  names.forEach((name, i) => {
    const pair = pairs[i];
    if (pair) element.style.setProperty(name, `light-dark(${pair[0]}, ${pair[1]})`);
  });
}
