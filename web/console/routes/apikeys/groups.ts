/** Permissions as people see them: grouped by what they are about, and sets of them for common uses. */

export interface Group {
  /** What stands before the colon: "envelopes". */
  name: string;
  permissions: string[];
}

/** The groups of a list of permissions, in the list's order. */
export function grouped(permissions: string[]): Group[] {
  const groups = new Map<string, string[]>();
  for (const p of permissions) {
    const name = p.split(':')[0] ?? p;
    groups.set(name, [...(groups.get(name) ?? []), p]);
  }
  return [...groups].map(([name, list]) => ({ name, permissions: list }));
}

/** What a program needs to send envelopes and to follow them. */
const sending = [
  'envelopes:read',
  'envelopes:write',
  'evidence:read',
  'uploads:write',
  'messages:read',
  'certificates:read',
];

export type Preset = 'all' | 'send' | 'read';
export const presets: Preset[] = ['send', 'read', 'all'];

/** The permissions of a preset: never more than the one who makes the key holds. */
export function preset(name: Preset, mine: string[]): string[] {
  if (name === 'all') return mine.filter((p) => p !== 'sessions:own');
  if (name === 'send') return mine.filter((p) => sending.includes(p));
  return mine.filter((p) => p.split(':')[1]?.startsWith('read'));
}

/** The preset that a choice equals, if any. */
export function presetOf(chosen: string[], mine: string[]): Preset | undefined {
  const same = (a: string[]) => a.length === chosen.length && a.every((p) => chosen.includes(p));
  return presets.find((name) => same(preset(name, mine)));
}
