import { api } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { useMe } from '../../me';
import { Dialog, ErrorNote, faults, TextArea, toast } from '../../parts';
import { queries } from '../../queries';
import { nameOf, toldOfEnd } from './next';
import type { Envelope } from './queries';
import { listed } from './words';

/** Takes an envelope back, with a reason, after saying who will read it. */
export function VoidDialog({ e, open, onClose }: { e: Envelope; open: boolean; onClose: () => void }) {
  const me = useMe();
  const form = useId();
  const take = useMutation({
    mutationFn: (reason: string) =>
      api.POST('/api/v1/envelopes/{envelope}/void', {
        params: { path: { envelope: e.id } },
        body: { reason },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['envelope', e.id] });
      toast(t('void.done'));
      onClose();
    },
  });
  const told = toldOfEnd(e).map(nameOf);
  const wrong = faults(take.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    take.mutate(String(new FormData(event.currentTarget).get('reason') ?? '').trim());
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form={form} className="button danger" disabled={take.isPending}>
        {t('void.button')}
      </button>
    </>
  );
  return (
    <Dialog open={open} onClose={onClose} title={t('void.title')} footer={footer}>
      <form id={form} className="stack" onSubmit={submit}>
        <p>{t('void.text')}</p>
        <p>{toldText(told, me.channels.email)}</p>
        <TextArea
          label={t('void.reason')}
          hint={told.length > 0 ? t('void.reason_hint') : undefined}
          error={wrong['/reason']}
          name="reason"
          required
          maxLength={2000}
        />
        {take.error && Object.keys(wrong).length === 0 && <ErrorNote error={take.error} />}
      </form>
    </Dialog>
  );
}

function toldText(told: string[], mailed: boolean): string {
  if (told.length === 0) return t('void.nobody');
  const people = listed(told);
  return mailed ? t('void.told', { n: told.length, people }) : t('void.untold', { people });
}
