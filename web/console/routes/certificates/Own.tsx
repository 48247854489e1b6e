import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm, CopyButton, ErrorNote, Icon, Time, toast } from '../../parts';
import { saveFile } from '../admin/save';
import { BringIn } from './BringIn';
import { ImportFile } from './ImportFile';
import { NewRequest } from './NewRequest';
import { commonName } from './validity';

type Request = Schemas['CertificateRequestView'];

const requestsKey = ['certificates', 'requests'];

/** The two ways to seal with a certificate of somebody else, and the way back. */
export function Own({ imported }: { imported: boolean }) {
  const [open, setOpen] = useState<'file' | 'request' | 'back' | undefined>();
  const close = () => setOpen(undefined);
  const query = useQuery({
    queryKey: requestsKey,
    queryFn: () => data(api.GET('/api/v1/certificates/requests')),
  });
  return (
    <section className="card section" aria-labelledby="own-certificate">
      <div className="section-head">
        <h2 id="own-certificate">{t('bought.title')}</h2>
        <p>{t(imported ? 'bought.in_use' : 'bought.text')}</p>
      </div>
      <div className="form-actions">
        <button type="button" className="button" onClick={() => setOpen('file')}>
          <Icon name="plus" />
          {t('bought.import')}
        </button>
        <button type="button" className="button" onClick={() => setOpen('request')}>
          <Icon name="certificate" />
          {t('bought.request')}
        </button>
        {imported && (
          <button type="button" className="button quiet" onClick={() => setOpen('back')}>
            {t('bought.back')}
          </button>
        )}
      </div>
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && query.data.items.length > 0 && <Requests items={query.data.items} />}
      {open === 'file' && <ImportFile onClose={close} />}
      {open === 'request' && <NewRequest onClose={close} />}
      {open === 'back' && <Back onClose={close} />}
    </section>
  );
}

function Requests({ items }: { items: Request[] }) {
  const [bringing, setBringing] = useState<Request | undefined>();
  const [deleting, setDeleting] = useState<Request | undefined>();
  return (
    <div className="stack">
      <h3>{t('bought.requests')}</h3>
      <ul className="requests">
        {items.map((r) => (
          <li key={r.id} className="request">
            <div>
              <strong>{commonName(r.subject)}</strong>
              <p className="meta">
                {r.algorithm} · <Time at={r.created_at} />
              </p>
            </div>
            <div className="row request-actions">
              <button type="button" className="button" onClick={() => download(r)}>
                <Icon name="download" />
                {t('bought.download')}
                <span className="visually-hidden">: {commonName(r.subject)}</span>
              </button>
              <CopyButton text={r.pem} label={t('bought.copy')} quiet />
              <button type="button" className="button primary" onClick={() => setBringing(r)}>
                {t('bought.bring')}
                <span className="visually-hidden">: {commonName(r.subject)}</span>
              </button>
              <button
                type="button"
                className="button danger"
                aria-label={t('bought.delete_title', { name: commonName(r.subject) })}
                onClick={() => setDeleting(r)}
              >
                {t('bought.delete')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {bringing && <BringIn request={bringing} onClose={() => setBringing(undefined)} />}
      {deleting && <Delete request={deleting} onClose={() => setDeleting(undefined)} />}
    </div>
  );
}

function download(r: Request): void {
  saveFile(`request-${r.id.slice(0, 8)}.csr`, new Blob([r.pem], { type: 'application/pkcs10' }));
}

function Delete({ request, onClose }: { request: Request; onClose: () => void }) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/certificates/requests/{request}', { params: { path: { request: request.id } } }),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: requestsKey });
      toast(t('bought.deleted'));
      onClose();
    },
  });
  return (
    <Confirm
      open
      title={t('bought.delete_title', { name: commonName(request.subject) })}
      text={t('bought.delete_text')}
      action={t('bought.delete')}
      danger
      busy={remove.isPending}
      error={remove.error && <ErrorNote error={remove.error} />}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

function Back({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const back = useMutation({
    mutationFn: () => data(api.POST('/api/v1/certificates/built-in')),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['certificates'] });
      toast(t('bought.done'));
      onClose();
    },
  });
  return (
    <Confirm
      open
      title={t('bought.back')}
      text={t('bought.back_text')}
      action={t('bought.back_action')}
      busy={back.isPending}
      error={back.error && <ErrorNote error={back.error} />}
      onConfirm={() => back.mutate()}
      onClose={onClose}
    />
  );
}
