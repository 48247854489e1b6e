import { t } from '@shared/i18n';
import { Link } from '@tanstack/react-router';
import { Empty, ErrorNote, Loading } from '../parts/notes';
import { Page } from '../parts/Page';

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <Page title={t('lost.title')}>
      <Empty icon="search" title={t('lost.heading')} text={t('lost.text')}>
        <Link to="/" className="button primary">
          {t('lost.home')}
        </Link>
      </Empty>
    </Page>
  );
}

/** For a screen that broke. A new build leaves old pages without their parts: loading anew mends that. */
export function Broken({ error }: { error: unknown }) {
  return (
    <Page title={t('broken.title')}>
      <p>{t('broken.text')}</p>
      <ErrorNote error={error} retry={() => location.reload()} />
    </Page>
  );
}

export function Pending() {
  return (
    <div className="page">
      <Loading lines={6} />
    </div>
  );
}
