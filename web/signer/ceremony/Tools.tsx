import { t } from '@shared/i18n';
import { compact, useMedia } from './hooks';
import { Icon } from './Icon';
import type { Sitting } from './sitting';
import type { Doc } from './types';
import type { Viewer } from './viewer';

/** Which document, which page, how large; and the file itself. */
export function Tools({ s, viewer }: { s: Sitting; viewer: Viewer | undefined }) {
  const small = useMedia(compact);
  const doc = s.doc(s.document);
  if (!doc) return null;
  return (
    <div class="tools">
      {s.view.documents.length > 1 ? (
        small ? (
          <DocumentChoice s={s} />
        ) : (
          <Documents s={s} />
        )
      ) : (
        <p class="doc-name">
          <bdi>{doc.name}</bdi>
        </p>
      )}
      <div class="row zoom">
        <span class="meta page-at">{t('page.at', { page: viewer?.page ?? 1, pages: doc.pages.length })}</span>
        <button
          type="button"
          class="button quiet only-icon"
          aria-label={t('zoom.out')}
          onClick={() => viewer?.zoom(0.8)}
        >
          <Icon name="less" />
        </button>
        <button type="button" class="button quiet percent" onClick={() => viewer?.fit()}>
          {t('zoom.percent', { n: viewer?.percent ?? 100 })}
          <span class="visually-hidden"> {t('zoom.fit')}</span>
        </button>
        <button
          type="button"
          class="button quiet only-icon"
          aria-label={t('zoom.in')}
          onClick={() => viewer?.zoom(1.25)}
        >
          <Icon name="more" />
        </button>
        <a class="button quiet" href={s.calls.file(doc.id, doc.digest)} target="_blank" rel="noreferrer">
          <Icon name="file" />
          <span class="wide-only">{t('open_pdf')}</span>
          <span class="visually-hidden narrow-only">{t('open_pdf')}</span>
        </a>
      </div>
    </div>
  );
}

function Documents({ s }: { s: Sitting }) {
  return (
    <nav class="documents" aria-label={t('documents')}>
      {s.view.documents.map((d) => {
        const left = leftIn(s, d);
        return (
          <button
            key={d.id}
            type="button"
            class="button quiet"
            aria-current={d.id === s.document ? 'true' : undefined}
            onClick={() => s.show(d.id)}
          >
            <span class="cut">
              <bdi>{d.name}</bdi>
            </span>
            {left > 0 && <span class="left">{t('documents.left', { n: left })}</span>}
          </button>
        );
      })}
    </nav>
  );
}

/** Required fields that are still empty in a document. */
function leftIn(s: Sitting, d: Doc): number {
  return s.count.missing.filter((f) => f.document === d.id).length;
}

/** The documents where there is little room. */
function DocumentChoice({ s }: { s: Sitting }) {
  return (
    <select
      class="select document"
      aria-label={t('documents')}
      value={s.document}
      onChange={(e) => s.show(e.currentTarget.value)}
    >
      {s.view.documents.map((d) => (
        <option key={d.id} value={d.id}>
          {leftIn(s, d) > 0 ? t('documents.option', { name: d.name, n: leftIn(s, d) }) : d.name}
        </option>
      ))}
    </select>
  );
}
