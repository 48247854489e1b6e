import { language } from '@shared/i18n';

/** Points and millimetres: 72 points are an inch of 25.4 mm. */
export type Unit = 'mm' | 'pt';

const perPoint = 25.4 / 72;

export function fromPoints(points: number, unit: Unit): number {
  return unit === 'mm' ? points * perPoint : points;
}

export function toPoints(n: number, unit: Unit): number {
  return unit === 'mm' ? n / perPoint : n;
}

/** A length as an input shows it: a tenth of a unit, never more. */
export function show(points: number, unit: Unit): string {
  // Western digits in every language: they are typed back into the same box.
  const format = { maximumFractionDigits: 1, useGrouping: false, numberingSystem: 'latn' };
  return new Intl.NumberFormat(language(), format).format(fromPoints(points, unit));
}

/** Reads what a person typed, with a point or a comma; undefined where it is no number. */
export function read(text: string, unit: Unit): number | undefined {
  const cleaned = text.trim().replace(',', '.');
  if (!/^-?\d+(\.\d*)?$|^-?\.\d+$/.test(cleaned)) return undefined;
  return toPoints(Number(cleaned), unit);
}

/** Hundredths of a point are finer than any printer; more digits would only make noise. */
export function round(n: number): number {
  return Math.round(n * 100) / 100;
}
