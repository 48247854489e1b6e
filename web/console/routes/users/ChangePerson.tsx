import { api, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../me';
import { Dialog, ErrorNote, faults, Loading, TextField, toast } from '../../parts';
import { ifMatch, type Tagged, tagged } from '../admin/tagged';
import { LanguageField, RoleField } from './PersonForm';
import { isRole } from './roles';

type User = Schemas['UserView'];

/** Changes name, role and language of a person, as they stand on the server now. */
export function ChangePerson({ user, onClose }: { user: User; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['users', 'one', user.id],
    queryFn: () => tagged(api.GET('/api/v1/users/{user}', { params: { path: { user: user.id } } })),
    staleTime: 0,
    gcTime: 0,
  });
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="change-person" className="button primary" disabled={!query.data}>
        {t('admin.save')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('users.change_title', { name: user.name })} footer={footer}>
      {query.isPending && <Loading />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && <Fields read={query.data} onClose={onClose} />}
    </Dialog>
  );
}

function Fields({ read, onClose }: { read: Tagged<User>; onClose: () => void }) {
  const user = read.value;
  const me = useMe();
  const cache = useQueryClient();
  const [role, setRole] = useState(isRole(user.role) ? user.role : 'sender');
  const [locale, setLocale] = useState(user.locale || me.locale);
  const own = me.user.id === user.id;
  const save = useMutation({
    mutationFn: (name: string) =>
      api.PATCH('/api/v1/users/{user}', {
        params: { path: { user: user.id }, header: ifMatch(read.tag) },
        body: { name, locale, ...(own ? {} : { role }) },
      }),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['users'] });
      if (own) cache.invalidateQueries({ queryKey: ['me'] });
      toast(t('admin.saved'));
      onClose();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (!save.isPending) save.mutate(String(new FormData(e.currentTarget).get('name')));
  };
  const wrong = faults(save.error);
  return (
    <form id="change-person" className="stack" onSubmit={submit}>
      {save.error && Object.keys(wrong).length === 0 && <ErrorNote error={save.error} />}
      <TextField
        label={t('users.name')}
        name="name"
        required
        maxLength={200}
        defaultValue={user.name}
        error={wrong['/name']}
      />
      <TextField label={t('users.email')} value={user.email} readOnly hint={t('users.email_fixed')} />
      <RoleField value={role} onChange={setRole} error={wrong['/role']} locked={own} />
      <LanguageField
        label={t('users.language')}
        value={locale}
        onChange={setLocale}
        error={wrong['/locale']}
      />
    </form>
  );
}
