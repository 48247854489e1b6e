import { api, data } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Dialog, ErrorNote, faults, SelectField, TextField, toast } from '../../parts';

const algorithms = ['RSA-3072', 'P-256', 'P-384', 'RSA-2048', 'RSA-4096'] as const;
type Algorithm = (typeof algorithms)[number];

/** Makes a key that stays here and the request that a CA is handed. */
export function NewRequest({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const make = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? '').trim();
      const optional = (name: string) => text(name) || undefined;
      return data(
        api.POST('/api/v1/certificates/requests', {
          body: {
            common_name: text('common_name'),
            organization: optional('organization'),
            organizational_unit: optional('organizational_unit'),
            locality: optional('locality'),
            country: optional('country')?.toUpperCase(),
            algorithm: text('algorithm') as Algorithm,
          },
        }),
      );
    },
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['certificates', 'requests'] });
      toast(t('bought.made'));
      onClose();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (!make.isPending) make.mutate(new FormData(e.currentTarget));
  };
  const wrong = faults(make.error);
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="new-request" className="button primary" disabled={make.isPending}>
        {t('bought.make')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('bought.request')} footer={footer}>
      <form id="new-request" className="stack" onSubmit={submit}>
        <p>{t('bought.request_text')}</p>
        {make.error && Object.keys(wrong).length === 0 && <ErrorNote error={make.error} />}
        <TextField
          label={t('bought.common_name')}
          name="common_name"
          required
          maxLength={64}
          hint={t('bought.common_name_hint')}
          error={wrong['/common_name']}
        />
        <TextField
          label={t('bought.organization')}
          name="organization"
          optional
          maxLength={64}
          autoComplete="organization"
          error={wrong['/organization']}
        />
        <TextField
          label={t('bought.unit')}
          name="organizational_unit"
          optional
          maxLength={64}
          error={wrong['/organizational_unit']}
        />
        <TextField
          label={t('bought.locality')}
          name="locality"
          optional
          maxLength={128}
          error={wrong['/locality']}
        />
        <TextField
          label={t('bought.country')}
          name="country"
          optional
          maxLength={2}
          hint={t('bought.country_hint')}
          error={wrong['/country']}
        />
        <SelectField
          label={t('certificates.algorithm')}
          name="algorithm"
          hint={t('bought.algorithm_hint')}
          error={wrong['/algorithm']}
        >
          {algorithms.map((a) => (
            <option key={a}>{a}</option>
          ))}
        </SelectField>
      </form>
    </Dialog>
  );
}
