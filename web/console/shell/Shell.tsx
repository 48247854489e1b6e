import { Problem } from '@shared/api/client';
import { match, t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import { Fragment, lazy, Suspense, useEffect } from 'react';
import { useLive } from '../live';
import { type Me, meQuery } from '../me';
import { ErrorNote, Loading, Notice } from '../parts/notes';
import { Announcer } from '../parts/say';
import { queries } from '../queries';
import { signedInAs, untilSignedIn, watchTabs } from '../session';
import { changeLanguage, useLanguage } from '../texts';
import { Brand, useBrand } from './Brand';
import { ContactBar } from './ContactBar';
import { Rail, TopBar } from './Rail';

/** The frame around every screen. Signing in stands outside of it. */
export function Shell() {
  const bare = useRouterState({ select: (s) => s.location.pathname === '/sign-in' });
  // A new language draws every word anew.
  const language = useLanguage();
  return (
    <Fragment key={language}>
      {bare ? <Bare /> : <Guarded />}
      <Announcer />
    </Fragment>
  );
}

function Bare() {
  return (
    <div className="bare">
      <Insecure />
      <main id="main" className="bare-main">
        <Outlet />
      </main>
    </div>
  );
}

/** Reads who is here before anything is drawn that depends on it. */
function Guarded() {
  const me = useQuery({ ...meQuery, refetchInterval: (q) => (q.state.status === 'error' ? 5000 : false) });
  const here = useRouterState({ select: (s) => s.location.href });
  if (me.data) return <Frame me={me.data} />;
  if (me.error instanceof Problem && me.error.status === 401) {
    return <Navigate to="/sign-in" search={here === '/' ? {} : { next: here }} replace />;
  }
  return (
    <div className="bare">
      <Insecure />
      <main id="main" className="bare-main">
        {me.error ? (
          <div className="card bare-card stack">
            <h1>{t('shell.unreachable')}</h1>
            <ErrorNote error={me.error} retry={() => me.refetch()} />
          </div>
        ) : (
          <Loading />
        )}
      </main>
    </div>
  );
}

// Fetched with the first screen but not before it: it must be here when the session is not.
const SessionDialog = lazy(async () => ({
  default: (await import('../routes/signin/SessionDialog')).SessionDialog,
}));

const invalidate = (keys: string[][] | 'all') => {
  if (keys === 'all') void queries.invalidateQueries();
  else for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
};

function Frame({ me }: { me: Me }) {
  const brand = useBrand();
  useLive(untilSignedIn, invalidate);
  useEffect(() => {
    signedInAs(me.user.id);
    return watchTabs();
  }, [me.user.id]);
  useEffect(() => {
    // Their choice on another device, unless this browser was told otherwise. English is what accounts begin with.
    const theirs = match([me.user.locale]);
    if (theirs !== 'en' && !localStorage.getItem('language')) void changeLanguage(theirs);
  }, [me.user.locale]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <TopBar me={me} brand={<Brand brand={brand} name={me.organization_name} />} />
      <Rail me={me} brand={<Brand brand={brand} name={me.organization_name} />} />
      <main id="main" className="frame-main" tabIndex={-1}>
        <Insecure />
        <ContactBar />
        <Outlet />
      </main>
      <Suspense fallback={null}>
        <SessionDialog email={me.user.email} />
      </Suspense>
    </div>
  );
}

/** Without a secure context the browser keeps sign-ins, cryptography and the clipboard from the page. */
function Insecure() {
  if (window.isSecureContext) return null;
  return (
    <div className="insecure">
      <Notice tone="warn">
        <p>{t('shell.insecure')}</p>
      </Notice>
    </div>
  );
}
