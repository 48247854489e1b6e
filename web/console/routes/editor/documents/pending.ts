/** Files that were chosen before their draft existed wait here for its page. */
const waiting = new Map<string, File[]>();

export function leave(envelope: string, files: File[]): void {
  waiting.set(envelope, files);
}

export function collect(envelope: string): File[] {
  const files = waiting.get(envelope) ?? [];
  waiting.delete(envelope);
  return files;
}
