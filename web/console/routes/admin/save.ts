/** Gives the browser a file to save. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A day for a file's name: 2026-11-22. */
export function today(now = new Date()): string {
  return now.toISOString().slice(0, 10);
}
