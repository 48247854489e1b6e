/** Where the newest bytes of a document are. */
export function fileOf(envelope: string, document: string): string {
  return `/api/v1/envelopes/${envelope}/documents/${document}/file`;
}
