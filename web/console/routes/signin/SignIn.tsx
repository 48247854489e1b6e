import { api, Problem } from '@shared/api/client';
import { type Language, language, languageNames, languages, t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { TextField } from '../../parts/fields';
import { ErrorNote } from '../../parts/notes';
import { queries } from '../../queries';
import { tellSignedIn } from '../../session';
import { Mark } from '../../shell/Brand';
import { changeLanguage } from '../../texts';

/** Signing in: by a one-time link, whose token stands in the fragment and is used by the button only, or by password. */
export function SignIn() {
  const [token] = useState(() => location.hash.slice(1));
  const [usePassword, setUsePassword] = useState(false);
  useEffect(() => {
    document.title = `${t('signin.title')} – Consigil`;
  }, []);
  const byLink = token !== '' && !usePassword;
  return (
    <div className="stack signin">
      <div className="signin-head">
        <Mark />
        <span>Consigil</span>
      </div>
      <div className="card bare-card stack">
        <h1>{t('signin.title')}</h1>
        {byLink ? <ByLink token={token} other={() => setUsePassword(true)} /> : <ByPassword />}
      </div>
      <LanguageLinks />
    </div>
  );
}

/** Goes on to where the reader was heading, with nothing kept of who was here before. */
function useArrive() {
  const navigate = useNavigate();
  const next = useSearch({ from: '/sign-in' }).next;
  return async () => {
    queries.clear();
    tellSignedIn();
    await navigate({ href: next ?? '/', replace: true });
  };
}

function ByLink({ token, other }: { token: string; other: () => void }) {
  const arrive = useArrive();
  const signIn = useMutation({
    mutationFn: () => api.POST('/api/v1/sessions/exchange', { body: { token } }),
    onSuccess: arrive,
  });
  return (
    <>
      {!isDead(signIn.error) && <p>{t('signin.link_text')}</p>}
      {signIn.error && <ErrorNote error={signIn.error} />}
      {isDead(signIn.error) && (
        <p>
          {t('signin.link_again')} <code>consigil admin sign-in-link</code>
        </p>
      )}
      {!isDead(signIn.error) && (
        <button
          type="button"
          className="button primary"
          disabled={signIn.isPending}
          onClick={() => signIn.mutate()}
        >
          {t('signin.button')}
        </button>
      )}
      <button type="button" className="button quiet" onClick={other}>
        {t('signin.with_password')}
      </button>
    </>
  );
}

/** Whether trying again is of no use. */
function isDead(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.status === 410);
}

function ByPassword() {
  const arrive = useArrive();
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => api.POST('/api/v1/sessions', { body }),
    onSuccess: arrive,
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    signIn.mutate({ email: String(form.get('email') ?? ''), password: String(form.get('password') ?? '') });
  };
  return (
    <>
      <form className="stack" onSubmit={submit}>
        <TextField label={t('signin.email')} type="email" name="email" autoComplete="username" required />
        <TextField
          label={t('signin.password')}
          type="password"
          name="password"
          autoComplete="current-password"
          required
        />
        {signIn.error && <ErrorNote error={signIn.error} />}
        <button type="submit" className="button primary" disabled={signIn.isPending}>
          {t('signin.button')}
        </button>
      </form>
      <details className="signin-help">
        <summary>{t('signin.no_password')}</summary>
        <p>
          {t('signin.link_again')} <code>consigil admin sign-in-link</code>
        </p>
      </details>
    </>
  );
}

function LanguageLinks() {
  const choose = (l: Language) => {
    localStorage.setItem('language', l);
    void changeLanguage(l);
  };
  return (
    <nav aria-label={t('user.language')} className="signin-languages">
      {languages.map((l) => (
        <button
          key={l}
          type="button"
          className="button quiet"
          lang={l}
          aria-current={l === language() ? 'true' : undefined}
          onClick={() => choose(l)}
        >
          {languageNames[l]}
        </button>
      ))}
    </nav>
  );
}
