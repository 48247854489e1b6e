import { api, data, idempotencyKey, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useMe } from '../../me';
import { Dialog, ErrorNote, faults, TextField } from '../../parts';
import { LanguageField, RoleField } from './PersonForm';
import type { Role } from './roles';
import { SignInLink } from './SignInLink';

type User = Schemas['UserView'];

/** Adds a person, then gives the link with which they sign in for the first time. */
export function Invite({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [made, setMade] = useState<User | undefined>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  if (made) return <SignInLink user={made} onClose={close} />;
  return <InviteForm open={open} onClose={close} onMade={setMade} />;
}

function InviteForm({
  open,
  onClose,
  onMade,
}: {
  open: boolean;
  onClose: () => void;
  onMade: (u: User) => void;
}) {
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="invite" className="button primary">
        {t('users.add')}
      </button>
    </>
  );
  return (
    <Dialog open={open} onClose={onClose} title={t('users.invite')} footer={footer}>
      <Fields onMade={onMade} />
    </Dialog>
  );
}

function Fields({ onMade }: { onMade: (u: User) => void }) {
  const me = useMe();
  const cache = useQueryClient();
  const [role, setRole] = useState<Role>('sender');
  const [locale, setLocale] = useState(me.locale);
  const key = useRef(idempotencyKey());
  const add = useMutation({
    mutationFn: (who: { name: string; email: string }) =>
      data(
        api.POST('/api/v1/users', {
          params: { header: { 'Idempotency-Key': key.current } },
          body: { ...who, role, locale },
        }),
      ),
    onSuccess: (u) => {
      cache.invalidateQueries({ queryKey: ['users'] });
      onMade(u);
    },
    onError: () => {
      key.current = idempotencyKey();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    if (!add.isPending) add.mutate({ name: String(form.get('name')), email: String(form.get('email')) });
  };
  const wrong = faults(add.error);
  return (
    <form id="invite" className="stack" onSubmit={submit}>
      <p>{t('users.invite_text')}</p>
      {add.error && Object.keys(wrong).length === 0 && <ErrorNote error={add.error} />}
      <TextField
        label={t('users.name')}
        name="name"
        required
        maxLength={200}
        autoComplete="off"
        error={wrong['/name']}
      />
      <TextField
        label={t('users.email')}
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        error={wrong['/email']}
      />
      <RoleField value={role} onChange={setRole} error={wrong['/role']} />
      <LanguageField
        label={t('users.language')}
        value={locale}
        onChange={setLocale}
        error={wrong['/locale']}
      />
    </form>
  );
}
