import { t } from '@shared/i18n';
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { type Me, may } from '../me';
import { Icon, type IconName } from '../parts/icons';
import { UserPanel } from './UserPanel';

interface Place {
  to: NonNullable<LinkProps['to']>;
  icon: IconName;
  text: string;
  /** Any of these opens it. */
  needs: string[];
}

const places: Place[] = [
  { to: '/', icon: 'envelope', text: 'nav.envelopes', needs: ['envelopes:read'] },
  { to: '/messages', icon: 'message', text: 'nav.messages', needs: ['messages:read'] },
  { to: '/users', icon: 'users', text: 'nav.users', needs: ['users:read'] },
  { to: '/api-keys', icon: 'key', text: 'nav.api_keys', needs: ['api_keys:read'] },
  { to: '/certificates', icon: 'certificate', text: 'nav.certificates', needs: ['certificates:read'] },
  { to: '/audit', icon: 'list', text: 'nav.audit', needs: ['audit:read'] },
  // Everybody may read these; only to those who change or audit them they are worth a place.
  { to: '/settings', icon: 'settings', text: 'nav.settings', needs: ['settings:write', 'audit:read'] },
  { to: '/branding', icon: 'branding', text: 'nav.branding', needs: ['organization:write'] },
];

function Nav() {
  const path = useRouterState({ select: (s) => s.location.pathname });
  return (
    <nav aria-label={t('nav.label')}>
      <ul className="nav">
        {places
          .filter((place) => place.needs.some(may))
          .map((place) => (
            <li key={place.to}>
              <Link
                to={place.to}
                className="nav-link"
                aria-current={isHere(path, place.to) ? 'page' : undefined}
              >
                <Icon name={place.icon} />
                {t(place.text)}
              </Link>
            </li>
          ))}
        <li>
          <a className="nav-link" href="/verify" target="_blank" rel="noreferrer">
            <Icon name="shield" />
            {t('nav.verify')}
            <Icon name="external" className="nav-out" />
            <span className="visually-hidden">{t('nav.new_tab')}</span>
          </a>
        </li>
      </ul>
    </nav>
  );
}

/** Envelopes and what is made of them belong to the first place. */
function isHere(path: string, to: string): boolean {
  if (to === '/') return path === '/' || path.startsWith('/envelopes') || path === '/new';
  return path === to || path.startsWith(`${to}/`);
}

function New({ short }: { short?: boolean }) {
  if (!may('envelopes:write')) return null;
  return (
    <Link to="/new" className={short ? 'button primary' : 'button primary rail-new'}>
      <Icon name="plus" />
      <span className="new-text">{t('nav.new')}</span>
    </Link>
  );
}

/** The column at the side of a wide window. */
export function Rail({ me, brand }: { me: Me; brand: ReactNode }) {
  return (
    <header className="rail">
      {brand}
      <New />
      <Nav />
      <div className="rail-foot">
        <UserPanel me={me} above />
      </div>
    </header>
  );
}

/** The bar at the top of a narrow window, with the places behind a button. */
export function TopBar({ me, brand }: { me: Me; brand: ReactNode }) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const path = useRouterState({ select: (s) => s.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place closes the panel that led there
  useEffect(() => {
    if (panel.current?.matches(':popover-open')) panel.current.hidePopover();
  }, [path]);
  return (
    <header className="topbar">
      <div className="topbar-row">
        <button
          type="button"
          className="button quiet icon-only"
          popoverTarget={id}
          aria-label={t('nav.menu')}
        >
          <Icon name="menu" />
        </button>
        {brand}
        <New short />
      </div>
      <div id={id} ref={panel} popover="auto" className="topnav">
        <Nav />
        <UserPanel me={me} open />
      </div>
    </header>
  );
}
