import { api, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Confirm, ErrorNote, toast } from '../../parts';
import { ChangePerson } from './ChangePerson';
import { SignInLink } from './SignInLink';

type User = Schemas['UserView'];

/** What is being asked about whom. */
export interface Ask {
  what: 'change' | 'link' | 'end' | 'disable' | 'enable';
  user: User;
}

/** The dialog that belongs to what was chosen for a person. */
export function PersonDialogs({ ask, onClose }: { ask: Ask | undefined; onClose: () => void }) {
  if (!ask) return null;
  if (ask.what === 'change') return <ChangePerson user={ask.user} onClose={onClose} />;
  if (ask.what === 'link') return <SignInLink user={ask.user} onClose={onClose} />;
  return <Sure what={ask.what} user={ask.user} onClose={onClose} />;
}

type Act = 'end' | 'disable' | 'enable';

function Sure({ what, user, onClose }: { what: Act; user: User; onClose: () => void }) {
  const cache = useQueryClient();
  const act = useMutation({
    mutationFn: () => perform(what, user.id),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['users'] });
      toast(t(`users.${what}_done`, { name: user.name }));
      onClose();
    },
  });
  return (
    <Confirm
      open
      title={t(`users.${what}_title`, { name: user.name })}
      text={t(`users.${what}_text`, { name: user.name })}
      action={t(`users.${what}`)}
      danger={what === 'disable'}
      busy={act.isPending}
      error={act.error && <ErrorNote error={act.error} />}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    />
  );
}

async function perform(what: Act, user: string): Promise<void> {
  const params = { path: { user } };
  if (what === 'end') {
    await api.DELETE('/api/v1/users/{user}/sessions', { params });
    return;
  }
  await api.PATCH('/api/v1/users/{user}', { params, body: { disabled: what === 'disable' } });
}
