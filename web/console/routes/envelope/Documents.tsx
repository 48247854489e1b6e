import { t } from '@shared/i18n';
import { may } from '../../me';
import { Icon, Menu, type MenuItem, Notice, Status, Time } from '../../parts';
import { type Document, type Envelope, fileOf } from './queries';

/** The documents with their downloads, and what proves them. */
export function Documents({ e }: { e: Envelope }) {
  const sent = e.sent_at !== undefined;
  const done = e.state === 'sealed' || e.state === 'delivered';
  return (
    <section className="card stack" aria-labelledby="documents">
      <h2 id="documents">{t('documents.title')}</h2>
      {e.documents.length === 0 && <p className="meta">{t('documents.none')}</p>}
      <ul className="documents">
        {e.documents.map((d) => (
          <One key={d.id} e={e} d={d} />
        ))}
      </ul>
      {(done || sent) && (
        <div className="row">
          {done && (
            <a className="button" href={fileOf(e.id, 'certificate')} download>
              <Icon name="certificate" />
              {t('documents.certificate')}
            </a>
          )}
          {sent && may('evidence:read') && (
            <a className="button" href={fileOf(e.id, 'evidence')} download>
              <Icon name="download" />
              {t('documents.evidence')}
            </a>
          )}
        </div>
      )}
    </section>
  );
}

function One({ e, d }: { e: Envelope; d: Document }) {
  const file = (kind: string) => fileOf(e.id, `documents/${d.id}/file?kind=${kind}`);
  const sealed = d.state === 'sealed';
  const items: MenuItem[] = [{ label: t('documents.original'), icon: 'download', href: file('original') }];
  if (e.sent_at) items.push({ label: t('documents.prepared'), icon: 'download', href: file('prepared') });
  return (
    <li className="document">
      <Icon name={sealed ? 'lock' : 'document'} />
      <div className="grow">
        <strong>{d.name}</strong>
        <div className="meta">
          {t('documents.pages', { n: d.page_count })}
          {d.signed_upload && <> · {t('documents.signed_before')}</>}
        </div>
        {sealed && <Status kind="done">{t('documents.sealed', { level: d.level ?? e.level })}</Status>}
        {d.state === 'sealing' && !d.stalled && <Status kind="waiting">{t('state.sealing')}</Status>}
        {d.stalled && <Stalled d={d} />}
      </div>
      {sealed && (
        <a className="button" href={file('sealed')} download>
          <Icon name="download" />
          {t('documents.get_sealed')}
          <span className="visually-hidden">: {d.name}</span>
        </a>
      )}
      <Menu label={t('documents.downloads', { name: d.name })} items={items}>
        <Icon name={sealed ? 'more' : 'download'} />
      </Menu>
    </li>
  );
}

const reasons = [
  'timestamp_unavailable',
  'signer_unavailable',
  'revocation_unavailable',
  'certificate_expired',
  'storage_full',
  'seal_failed',
  'renewal_timestamp_unavailable',
  'renewal_revocation_unavailable',
  'renewal_no_better',
  'renewal_storage_full',
  'renewal_failed',
];

function Stalled({ d }: { d: Document }) {
  const reason = d.stalled && reasons.includes(d.stalled) ? d.stalled : 'other';
  return (
    <Notice tone="warn">
      <p>{t(`stalled.${reason}`)}</p>
      {d.next_try && (
        <p className="meta">
          {t('stalled.next')} <Time at={d.next_try} />
        </p>
      )}
    </Notice>
  );
}
