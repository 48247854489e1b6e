import type { Problem } from '@shared/api/client';
import { t } from '@shared/i18n';
import { problemText } from '../../../parts';

/** Why a file did not get in, in plain words with what to do. */
export function fileProblem(problem: Problem | undefined): string {
  if (!problem) return problemText(problem);
  for (const code of [problem.code, problem.errors[0]?.code]) {
    const key = `editor.file.${code}`;
    const own = t(key);
    if (own !== key) return own;
  }
  return problemText(problem);
}

interface Finding {
  code: string;
  count: number;
}

/** What was taken out of an upload, in words; things that nobody would miss are left out. */
export function removedFrom(removed: unknown): string[] {
  if (!Array.isArray(removed)) return [];
  return removed.filter(isFinding).flatMap((f) => {
    const key = `editor.removed.${f.code}`;
    const own = t(key, { n: f.count });
    return own === key ? [] : [own];
  });
}

function isFinding(v: unknown): v is Finding {
  return typeof v === 'object' && v !== null && 'code' in v && 'count' in v;
}
