import { bytes } from '@shared/format';
import { t } from '@shared/i18n';
import { Icon } from '../../../parts';
import { useEditor } from '../session';
import { fileProblem } from './problem';
import type { Arrival } from './uploads';

/** A file on its way: how far it is, or why it did not get in. */
export function ArrivalItem({ arrival: a }: { arrival: Arrival }) {
  const { uploads } = useEditor();
  const failed = a.state === 'failed';
  return (
    <li className={failed ? 'doc failed' : 'doc'}>
      <Icon name={failed ? 'alert' : 'document'} className={failed ? 'bad' : undefined} />
      <div className="doc-main">
        <p className="doc-name">{a.file.name}</p>
        {failed ? (
          <p className="doc-error" role="alert">
            {fileProblem(a.problem)}
          </p>
        ) : (
          <>
            <progress
              aria-label={a.file.name}
              max={Math.max(a.file.size, 1)}
              value={a.state === 'reading' ? undefined : a.sent}
            />
            <p className="meta">{progressText(a)}</p>
          </>
        )}
      </div>
      <div className="doc-tools">
        {failed && canRetry(a) && (
          <button type="button" className="button" onClick={() => uploads.retry(a.key)}>
            {t('parts.retry')}
          </button>
        )}
        {a.state !== 'reading' && (
          <button
            type="button"
            className="button quiet icon-only"
            aria-label={t(failed ? 'editor.documents.dismiss' : 'editor.documents.cancel', {
              name: a.file.name,
            })}
            onClick={() => uploads.cancel(a.key)}
          >
            <Icon name="x" />
          </button>
        )}
      </div>
    </li>
  );
}

function canRetry(a: Arrival): boolean {
  const status = a.problem?.status ?? 400;
  return status === 0 || status === 401 || status === 429 || status >= 500;
}

function progressText(a: Arrival): string {
  if (a.state === 'queued') return t('editor.documents.queued');
  if (a.state === 'reading') return t('editor.documents.reading');
  return t('editor.documents.sent', { sent: bytes(a.sent), size: bytes(a.file.size) });
}
