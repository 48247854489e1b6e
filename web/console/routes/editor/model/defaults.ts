import { t } from '@shared/i18n';
import type { Config, FieldType } from './types';

interface Look {
  width: number;
  height: number;
  config: Config;
}

const sizes: { [type: string]: [number, number] } = {
  signature: [160, 44],
  initials: [64, 32],
  fullname: [160, 18],
  datesigned: [90, 18],
  text: [160, 20],
  checkbox: [16, 16],
  email: [170, 18],
  dropdown: [140, 20],
};

/** The size and settings of the last field of each type, so that a second one looks like the first. */
const last = new Map<string, Look>();

export function lookFor(type: FieldType | undefined, name: string): Look {
  const kept = last.get(name);
  if (kept) return { ...kept, config: { ...kept.config } };
  const [width, height] = sizes[name] ?? [140, 20];
  return { width, height, config: firstConfig(type?.schema) };
}

export function keepLook(name: string, look: Look): void {
  // A label names one field; carried over, two would say the same.
  const { label: _label, ...config } = look.config;
  last.set(name, { width: look.width, height: look.height, config });
}

export function forgetLooks(): void {
  last.clear();
}

/** What a configuration must have from the start: a list of choices has two to begin with. */
function firstConfig(schema: unknown): Config {
  if (!hasRequired(schema)) return {};
  const config: Config = {};
  for (const name of schema.required) {
    if (name === 'options') config[name] = firstChoices();
  }
  return config;
}

function firstChoices(): string[] {
  return [1, 2].map((n) => t('editor.option', { number: n }));
}

/** Whether a list of choices is still the one that it began with. */
export function untouched(config: Config): boolean {
  return JSON.stringify(config.options) === JSON.stringify(firstChoices());
}

function hasRequired(s: unknown): s is { required: string[] } {
  return typeof s === 'object' && s !== null && Array.isArray((s as { required?: unknown }).required);
}
