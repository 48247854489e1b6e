/** How the reader wants it to look; system follows the machine. */
export type Theme = 'system' | 'light' | 'dark';
export const themes: Theme[] = ['system', 'light', 'dark'];

/** What was chosen in this browser. */
export function theme(): Theme {
  const kept = localStorage.getItem('theme');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Puts a theme on the page and remembers it. */
export function setTheme(t: Theme): void {
  localStorage.setItem('theme', t);
  applyTheme();
}

export function applyTheme(): void {
  const t = theme();
  if (t === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = t;
}
