import { t } from '@shared/i18n';
import type { Config } from './types';

/** A control for one setting of a field, drawn from the type's JSON schema. */
export type Setting = { name: string; title: string } & (
  | { kind: 'text'; most: number | undefined }
  | { kind: 'number'; least: number | undefined; most: number | undefined; whole: boolean }
  | { kind: 'switch'; initial: boolean }
  | { kind: 'choice'; options: string[]; initial: string | undefined }
  | { kind: 'set'; options: string[] }
  | { kind: 'list'; most: number | undefined; each: number | undefined }
);

interface Schema {
  type?: unknown;
  title?: unknown;
  enum?: unknown;
  default?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  maxLength?: unknown;
  maxItems?: unknown;
  items?: unknown;
  properties?: unknown;
}

/** The controls of a schema, in its own order. What cannot be drawn is left alone. */
export function settingsOf(schema: unknown): Setting[] {
  const properties = isObject(schema) ? schema.properties : undefined;
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, s]) => {
    const setting = isObject(s) ? settingOf(name, s) : undefined;
    return setting ? [setting] : [];
  });
}

function settingOf(name: string, s: Schema): Setting | undefined {
  const base = { name, title: titleOf(name, s) };
  const options = strings(s.enum);
  switch (s.type) {
    case 'boolean':
      return { ...base, kind: 'switch', initial: s.default === true };
    case 'number':
    case 'integer':
      return {
        ...base,
        kind: 'number',
        least: number(s.minimum),
        most: number(s.maximum),
        whole: s.type === 'integer',
      };
    case 'string':
      return options
        ? { ...base, kind: 'choice', options, initial: typeof s.default === 'string' ? s.default : undefined }
        : { ...base, kind: 'text', most: number(s.maxLength) };
    case 'array':
      return listOf(base, s);
  }
  return undefined;
}

function listOf(base: { name: string; title: string }, s: Schema): Setting | undefined {
  const items = isObject(s.items) ? s.items : undefined;
  if (items?.type !== 'string') return undefined;
  const options = strings(items.enum);
  if (options) return { ...base, kind: 'set', options };
  return { ...base, kind: 'list', most: number(s.maxItems), each: number(items.maxLength) };
}

/** Our own words for a setting, else the schema's title. */
function titleOf(name: string, s: Schema): string {
  const key = `editor.setting.${name}`;
  const own = t(key);
  if (own !== key) return own;
  return typeof s.title === 'string' ? s.title : name;
}

/** What one choice of a setting is called. */
export function choiceName(setting: string, choice: string): string {
  const key = `editor.choice.${setting}.${choice}`;
  const own = t(key);
  return own === key ? choice : own;
}

/** The configuration with a setting changed; what is empty or as it would be anyway is left out. */
export function withSetting(config: Config, setting: Setting, value: unknown): Config {
  const { [setting.name]: _old, ...rest } = config;
  const usual = setting.kind === 'switch' || setting.kind === 'choice' ? setting.initial : undefined;
  const empty = value === undefined || value === '' || value === usual;
  return empty ? rest : { ...rest, [setting.name]: value };
}

function isObject(v: unknown): v is Schema & { [key: string]: unknown } {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function strings(v: unknown): string[] | undefined {
  return Array.isArray(v) && v.every((x) => typeof x === 'string') ? v : undefined;
}

function number(v: unknown): number | undefined {
  return typeof v === 'number' ? v : undefined;
}
