import { api, data, idempotencyKey, type Schemas } from '@shared/api/client';
import { dateTime } from '@shared/format';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Dialog, ErrorNote, Loading, Notice } from '../../parts';
import { HandOver } from '../admin/HandOver';
import { LocalOnly } from '../reach/LocalOnly';
import { localHost } from '../reach/local';

type User = Schemas['UserView'];

/** A one-time sign-in link, shown once: no mail goes out, it is handed over by whoever made it. */
export function SignInLink({ user, onClose }: { user: User; onClose: () => void }) {
  const showing = useId();
  const query = useQuery({
    queryKey: ['sign-in-link', user.id, showing],
    queryFn: () => make(user.id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const local = query.data && localHost(query.data.link);
  const footer = (
    <button type="button" className="button primary" onClick={onClose}>
      {t('users.link_done')}
    </button>
  );
  return (
    <Dialog open onClose={onClose} title={t('users.link_title', { name: user.name })} footer={footer}>
      {query.isPending && <Loading label={t('users.link_making')} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && (
        <div className="stack">
          <p>{t('users.link_text', { name: user.name, time: dateTime(query.data.expires_at) })}</p>
          {local && <LocalOnly host={local} />}
          <HandOver
            label={t('users.link_label')}
            text={query.data.link}
            {...(local ? {} : { qr: query.data.qr })}
            qrLabel={t('users.link_qr', { name: user.name })}
          />
          <Notice tone="warn">
            <p>{t('users.link_secret')}</p>
          </Notice>
        </div>
      )}
    </Dialog>
  );
}

function make(user: string) {
  return data(
    api.POST('/api/v1/users/{user}/sign-in-link', {
      params: { path: { user }, header: { 'Idempotency-Key': idempotencyKey() } },
    }),
  );
}
