const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];

const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/** The names of browser and system in a user agent, empty where it tells none that we know. */
export function device(agent: string): { browser: string; system: string } {
  const find = (list: [RegExp, string][]) => list.find(([sign]) => sign.test(agent))?.[1] ?? '';
  return { browser: find(browsers), system: find(systems) };
}
