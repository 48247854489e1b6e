import '../admin/admin.css';
import './apikeys.css';
import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { may } from '../../me';
import { Confirm, Empty, ErrorNote, Icon, Page, toast } from '../../parts';
import { For } from '../admin/Closed';
import { List, useList } from '../admin/lists';
import { KeyTable } from './KeyTable';
import { NewKey } from './NewKey';

type Key = Schemas['APIKeyView'];

/** Keys with which programs use the API in the organization's name. */
export function APIKeys() {
  return (
    <For permission="api_keys:read" title={t('keys.title')}>
      <Open />
    </For>
  );
}

function Open() {
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | undefined>();
  const { query, items } = useList(['api-keys', 'list'], (cursor) =>
    data(api.GET('/api/v1/api-keys', { params: { query: { cursor } } })),
  );
  const make = may('api_keys:write') && (
    <button type="button" className="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {t('keys.new')}
    </button>
  );
  return (
    <Page title={t('keys.title')} lead={t('keys.lead')} actions={make} wide>
      <List
        query={query}
        count={items.length}
        label={t('keys.loading')}
        empty={<Empty icon="key" title={t('keys.none')} text={t('keys.none_text')} />}
      >
        <KeyTable items={items} onRevoke={setRevoking} />
      </List>
      <p className="meta">
        <a href="/api/openapi.json">{t('keys.reference')}</a>
      </p>
      {making && <NewKey onClose={() => setMaking(false)} />}
      {revoking && <Revoke k={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  );
}

function Revoke({ k, onClose }: { k: Key; onClose: () => void }) {
  const cache = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.DELETE('/api/v1/api-keys/{api_key}', { params: { path: { api_key: k.id } } }),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['api-keys'] });
      toast(t('keys.revoked_done', { name: k.name }));
      onClose();
    },
  });
  return (
    <Confirm
      open
      title={t('keys.revoke_title', { name: k.name })}
      text={t('keys.revoke_text')}
      action={t('keys.revoke')}
      danger
      busy={revoke.isPending}
      error={revoke.error && <ErrorNote error={revoke.error} />}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    />
  );
}
