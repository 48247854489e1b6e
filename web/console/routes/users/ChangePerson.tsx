import { api, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useMe } from '../../me';
import { Dialog, ErrorNote, faults, Loading, TextField, toast } from '../../parts';
import { useDraft } from '../admin/draft';
import { Newer } from '../admin/Newer';
import { ifMatch, overtaken, type Tagged, tagged } from '../admin/tagged';
import { languageName, words } from '../admin/words';
import { LanguageField, RoleField } from './PersonForm';
import { isRole, type Role } from './roles';

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
      {query.data && <Fields read={query.data} reload={() => query.refetch()} onClose={onClose} />}
    </Dialog>
  );
}

interface Person {
  name: string;
  role: Role;
  locale: string;
}

const labels = { name: 'users.name', role: 'users.role', locale: 'users.language' };

function said(member: keyof Person, value: string): string {
  if (member === 'role') return words('role', value);
  return member === 'locale' ? languageName(value) : value;
}

function Fields({ read, reload, onClose }: { read: Tagged<User>; reload: () => void; onClose: () => void }) {
  const user = read.value;
  const me = useMe();
  const cache = useQueryClient();
  const saved: Person = {
    name: user.name,
    role: isRole(user.role) ? user.role : 'sender',
    locale: user.locale || me.locale,
  };
  const draft = useDraft(saved);
  const { name, role, locale } = draft.form;
  const own = me.user.id === user.id;
  const save = useMutation({
    mutationFn: () =>
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
    onError: (error) => overtaken(error) && reload(),
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const wrong = faults(save.error);
  return (
    <form id="change-person" className="stack" onSubmit={submit}>
      {save.error && !overtaken(save.error) && Object.keys(wrong).length === 0 && (
        <ErrorNote error={save.error} />
      )}
      <Newer
        shown={draft.overtaken || overtaken(save.error)}
        theirs={draft.contested.map((k) => ({ label: t(labels[k]), value: said(k, saved[k]) }))}
      />
      <TextField
        label={t('users.name')}
        name="name"
        required
        maxLength={200}
        value={name}
        onChange={(e) => draft.set({ name: e.currentTarget.value })}
        error={wrong['/name']}
      />
      <TextField label={t('users.email')} value={user.email} readOnly hint={t('users.email_fixed')} />
      <RoleField
        value={role}
        onChange={(to) => draft.set({ role: to })}
        error={wrong['/role']}
        locked={own}
      />
      <LanguageField
        label={t('users.language')}
        value={locale}
        onChange={(to) => draft.set({ locale: to })}
        error={wrong['/locale']}
      />
    </form>
  );
}
