import type { Schemas } from '@shared/api/types';

export type View = Schemas['CeremonyView'];
export type Doc = Schemas['CeremonyDocument'];
export type Field = Schemas['CeremonyField'];
export type Progress = Schemas['CeremonyProgress'];
export type Preview = Schemas['CeremonyPreview'];
export type Receipt = Schemas['CeremonyReceipt'];

/** How a signature or initials were given; the server draws them. */
export type Mark =
  | { kind: 'typed'; text: string }
  | { kind: 'drawn'; strokes: Stroke[] }
  | { kind: 'image'; image: string };

export type MarkKind = Mark['kind'];

/** One line of the pen: x and y, y downwards. */
export type Stroke = [number, number][];

/** What a field holds; null clears it. */
export type Value = string | boolean | Mark | null;

/** The members of configurations that the page reads. */
export interface FieldConfig {
  label?: string;
  multiline?: boolean;
  max_length?: number;
  options?: string[];
  checked?: boolean;
  kinds?: MarkKind[];
  note?: boolean;
}

/** What the sender looks like. */
export interface Brand {
  name?: string;
  color?: string;
  support_url?: string;
  /** Address of the logo. */
  logo?: string;
}

/** What the server wrote into the page, so that nothing has to be asked before the first paint. */
export interface PageState {
  ceremony: string;
  view?: View;
  brand?: Brand;
  locale?: string;
}
