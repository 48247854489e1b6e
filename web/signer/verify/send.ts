import type { Schemas } from '@shared/api/types';

export type Verification = Schemas['VerificationView'];

/** Why there is no answer, as a key of the catalogue. */
export class Refused extends Error {
  key: string;
  constructor(key: string) {
    super(key);
    this.key = key;
  }
}

/** The largest file that the server takes here, bytes. */
export const largest = 50 * 1024 * 1024;

const reasons = new Map<string, string>(
  Object.entries({
    not_pdf: 'verify.not_pdf',
    file_too_large: 'verify.too_large',
    body_too_large: 'verify.too_large',
    rate_limited: 'verify.busy',
    busy: 'verify.busy',
  }),
);

/** The key of the sentence for an answer that is none. */
export function reason(body: string): string {
  try {
    const { code } = JSON.parse(body) as { code?: string };
    return reasons.get(code ?? '') ?? 'verify.failed';
  } catch {
    return 'verify.failed';
  }
}

/** Why a file need not be sent at all. */
export function unfit(file: { size: number; type: string; name: string }): string | undefined {
  if (file.size > largest) return 'verify.too_large';
  if (file.size === 0) return 'verify.not_pdf';
  if (file.type !== 'application/pdf' && !/\.pdf$/i.test(file.name)) return 'verify.not_pdf';
  return undefined;
}

/** Sends a file to be judged. `sent` hears how much of it has left, from 0 to 1. */
export function send(file: File, sent: (share: number) => void, stop: AbortSignal): Promise<Verification> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', '/api/v1/verifications');
    call.setRequestHeader('Content-Type', 'application/pdf');
    call.upload.addEventListener('progress', (e) => {
      if (e.lengthComputable) sent(e.loaded / e.total);
    });
    call.upload.addEventListener('load', () => sent(1));
    call.addEventListener('error', () => reject(new Refused('verify.offline')));
    call.addEventListener('abort', () => reject(stop.reason));
    call.addEventListener('load', () => {
      if (call.status === 200) resolve(JSON.parse(call.responseText) as Verification);
      else reject(new Refused(reason(call.responseText)));
    });
    stop.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}
