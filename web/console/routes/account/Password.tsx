import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import type { Me } from '../../me';
import { ErrorNote, faults, TextField, toast } from '../../parts';
import { queries } from '../../queries';

/** Sets the first password or changes it; the other sessions end with it. */
export function Password({ me }: { me: Me }) {
  const form = useRef<HTMLFormElement>(null);
  const save = useMutation({
    mutationFn: (body: { current?: string; password: string }) =>
      api.PUT('/api/v1/users/me/password', { body }),
    onSuccess: async () => {
      form.current?.reset();
      toast(t('account.password_saved'));
      await queries.invalidateQueries({ queryKey: ['me'] });
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const wrong = faults(save.error);
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const values = new FormData(e.currentTarget);
    const password = String(values.get('password') ?? '');
    save.mutate(
      me.user.has_password ? { current: String(values.get('current') ?? ''), password } : { password },
    );
  };
  return (
    <section className="card" aria-labelledby="password">
      <form ref={form} className="stack narrow" onSubmit={submit}>
        <div>
          <h2 id="password">{t('account.password')}</h2>
          <p className="meta">{t(me.user.has_password ? 'account.password_has' : 'account.password_none')}</p>
        </div>
        <input type="hidden" name="username" autoComplete="username" value={me.user.email} readOnly />
        {me.user.has_password && (
          <TextField
            label={t('account.current')}
            error={wrong['/current']}
            type="password"
            name="current"
            autoComplete="current-password"
            required
          />
        )}
        <TextField
          label={t('account.new_password')}
          hint={t('account.password_hint')}
          error={wrong['/password']}
          type="password"
          name="password"
          autoComplete="new-password"
          required
        />
        {save.error && Object.keys(wrong).length === 0 && <ErrorNote error={save.error} />}
        <div>
          <button type="submit" className="button" disabled={save.isPending}>
            {t(me.user.has_password ? 'account.change_password' : 'account.set_password')}
          </button>
        </div>
      </form>
    </section>
  );
}
