import { t } from '@shared/i18n';
import { type AsyncRouteComponent, Link } from '@tanstack/react-router';
import { may } from '../me';
import { Empty } from '../parts/notes';
import { Page } from '../parts/Page';

/** A screen for those who may prepare envelopes: the others are told so before they have done any work on it. */
export function forWriters(Screen: AsyncRouteComponent<unknown>): AsyncRouteComponent<unknown> {
  const Guarded = () => (may('envelopes:write') ? <Screen /> : <Closed />);
  return Object.assign(Guarded, { preload: Screen.preload });
}

function Closed() {
  return (
    <Page title={t('nav.new')}>
      <Empty icon="lock" title={t('problem.not_permitted')}>
        <Link to="/" className="button primary">
          {t('lost.home')}
        </Link>
      </Empty>
    </Page>
  );
}
