import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Confirm, ErrorNote, toast } from '../../parts';
import { queries } from '../../queries';
import type { Envelope } from './queries';

/** Deletes a draft for good. */
export function DeleteDialog({ e, open, onClose }: { e: Envelope; open: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/envelopes/{envelope}', { params: { path: { envelope: e.id } } }),
    onSuccess: async () => {
      await navigate({ to: '/', replace: true });
      queries.removeQueries({ queryKey: ['envelope', e.id] });
      void queries.invalidateQueries({ queryKey: ['envelopes'] });
      void queries.invalidateQueries({ queryKey: ['counts'] });
      toast(t('delete.done'));
    },
  });
  return (
    <Confirm
      open={open}
      title={t('delete.title')}
      text={t('delete.text', { title: e.title || t('home.untitled') })}
      action={t('delete.button')}
      danger
      busy={remove.isPending}
      error={remove.error ? <ErrorNote error={remove.error} /> : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
