import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { Dialog } from '../../parts/Dialog';
import { TextField } from '../../parts/fields';
import { ErrorNote } from '../../parts/notes';
import { recheck, settle, tellSignedIn, useSession } from '../../session';

/** Stands over the page when the session has ended under it. What waits goes on afterwards. */
export function SessionDialog({ email }: { email: string }) {
  const asking = useSession() === 'asking';
  const form = useId();
  const signIn = useMutation({
    mutationFn: async (password: string) => {
      await api.POST('/api/v1/sessions', { body: { email, password } });
      tellSignedIn();
      await recheck();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    signIn.mutate(String(new FormData(e.currentTarget).get('password') ?? ''));
  };
  return (
    <Dialog
      open={asking}
      onClose={() => settle(false)}
      title={t('session.title')}
      footer={
        <>
          <button type="button" className="button" onClick={() => void recheck()}>
            {t('session.check')}
          </button>
          <button type="submit" form={form} className="button primary" disabled={signIn.isPending}>
            {t('signin.button')}
          </button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>{t('session.text')}</p>
        <TextField
          label={t('signin.email')}
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          readOnly
        />
        <TextField
          label={t('signin.password')}
          type="password"
          name="password"
          autoComplete="current-password"
          required
        />
        <p className="meta">{t('session.link')}</p>
        {signIn.error && <ErrorNote error={signIn.error} />}
      </form>
    </Dialog>
  );
}
