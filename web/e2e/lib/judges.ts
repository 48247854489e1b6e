import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { World } from './world.ts';

const run = promisify(execFile);
const dss = fileURLToPath(new URL('../../../test/judges/dss.sh', import.meta.url));

/** What EU DSS says of one signature. */
export interface Verdict {
  indication: string;
  format: string;
  looks_different: boolean;
  modified: boolean;
}

/** Asks EU DSS, as a stranger who trusts the installation's root alone. */
export async function dssVerdicts(world: World, pdf: Uint8Array): Promise<Verdict[]> {
  const root = join(world.data, 'trust.pem');
  writeFileSync(root, await (await fetch(`${world.url}/pki/trust.pem`)).text());
  const path = join(world.data, 'judged.pdf');
  writeFileSync(path, pdf);
  const { stdout } = await run(dss, ['--trust', root, path]);
  const answer = JSON.parse(stdout) as { signatures?: Verdict[]; error?: string };
  if (!answer.signatures) throw new Error(`DSS: ${answer.error}`);
  return answer.signatures;
}

/** The text of a PDF, as poppler reads it. */
export async function textOf(world: World, pdf: Uint8Array): Promise<string> {
  const path = join(world.data, 'read.pdf');
  writeFileSync(path, pdf);
  return (await run('pdftotext', ['-layout', path, '-'])).stdout;
}
