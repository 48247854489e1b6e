import { api } from '@shared/api/client';
import { type Language, language, languageNames, languages, t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { Me } from '../../me';
import { ErrorNote, faults, SelectField, TextField, toast } from '../../parts';
import { queries } from '../../queries';
import { chooseLanguage } from '../../shell/UserPanel';

/** Name and language. */
export function Profile({ me }: { me: Me }) {
  const save = useMutation({
    mutationFn: async ({ name, locale }: { name: string; locale: Language }) => {
      await api.PATCH('/api/v1/users/me', { body: { name } });
      if (locale !== language()) await chooseLanguage(locale);
      await queries.invalidateQueries({ queryKey: ['me'] });
    },
    onSuccess: () => toast(t('account.saved')),
  });
  const wrong = faults(save.error);
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    save.mutate({ name: String(form.get('name') ?? '').trim(), locale: form.get('locale') as Language });
  };
  return (
    <section className="card" aria-labelledby="profile">
      <form className="stack narrow" onSubmit={submit}>
        <h2 id="profile">{t('account.profile')}</h2>
        <TextField
          label={t('account.name')}
          hint={t('account.name_hint')}
          error={wrong['/name']}
          name="name"
          autoComplete="name"
          defaultValue={me.user.name}
          required
          maxLength={200}
        />
        <SelectField
          label={t('user.language')}
          error={wrong['/locale']}
          name="locale"
          defaultValue={language()}
        >
          {languages.map((l) => (
            <option key={l} value={l} lang={l}>
              {languageNames[l]}
            </option>
          ))}
        </SelectField>
        {save.error && Object.keys(wrong).length === 0 && <ErrorNote error={save.error} />}
        <div>
          <button type="submit" className="button primary" disabled={save.isPending}>
            {t('account.save')}
          </button>
        </div>
      </form>
    </section>
  );
}
