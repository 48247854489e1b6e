import '../admin/admin.css';
import './branding.css';
import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { may } from '../../me';
import { ErrorNote, Loading, Notice, Page } from '../../parts';
import { tagged } from '../admin/tagged';
import { BrandForm } from './BrandForm';

/** How the organization looks to the people it writes to. */
export function Branding() {
  const query = useQuery({
    queryKey: ['branding', 'edited'],
    queryFn: () => tagged(api.GET('/api/v1/branding')),
  });
  return (
    <Page title={t('branding.title')} lead={t('branding.lead')} wide>
      {!may('settings:write') && (
        <Notice>
          <p>{t('settings.read_only')}</p>
        </Notice>
      )}
      {query.isPending && <Loading label={t('branding.loading')} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && <BrandForm read={query.data} reload={() => query.refetch()} />}
    </Page>
  );
}
