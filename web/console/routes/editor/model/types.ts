import type { Schemas } from '@shared/api/client';

export type Envelope = Schemas['EnvelopeView'];
export type Doc = Schemas['DocumentView'];
export type Person = Schemas['RecipientView'];
export type FieldType = Schemas['FieldTypeView'];
export type Role = Person['role'];

export type Config = { [name: string]: unknown };

/** A place in points: from the lower left of the unrotated crop box, as the API has it. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A place in points as a reader sees the page: from its upper left, rotation applied. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A field of the draft. The key is ours: the server gives new names each time that the list is saved. */
export interface Field extends Rect {
  readonly key: string;
  document: string;
  page: number;
  type: string;
  recipient?: string;
  required: boolean;
  config: Config;
  existing?: string;
}

export type Fields = readonly Field[];
