import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type FormEvent, useState } from 'react';
import { Dialog, ErrorNote, faults, TextArea, TextField, toast } from '../../parts';

/** Takes the certificate that was issued for a request. */
export function BringIn({
  request,
  onClose,
}: {
  request: Schemas['CertificateRequestView'];
  onClose: () => void;
}) {
  const cache = useQueryClient();
  const [pem, setPem] = useState('');
  const complete = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/certificates/requests/{request}/certificate', {
          params: { path: { request: request.id } },
          body: { certificates: pem },
        }),
      ),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['certificates'] });
      toast(t('bought.done'));
      onClose();
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!complete.isPending) complete.mutate();
  };
  const read = async (e: ChangeEvent<HTMLInputElement>) => {
    const texts = await Promise.all([...(e.currentTarget.files ?? [])].map((f) => f.text()));
    setPem((before) => [before.trim(), ...texts].filter(Boolean).join('\n'));
  };
  const wrong = faults(complete.error);
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="bring-in" className="button primary" disabled={complete.isPending}>
        {t(complete.isPending ? 'bought.testing' : 'bought.use')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('bought.bring')} footer={footer} wide>
      <form id="bring-in" className="stack" onSubmit={submit}>
        <p>{t('bought.bring_text')}</p>
        {complete.error && Object.keys(wrong).length === 0 && <ErrorNote error={complete.error} />}
        <TextField
          type="file"
          label={t('bought.files')}
          optional
          multiple
          accept=".pem,.crt,.cer,application/x-pem-file"
          onChange={read}
        />
        <TextArea
          label={t('bought.pem')}
          name="certificates"
          required
          rows={8}
          spellCheck={false}
          dir="ltr"
          value={pem}
          hint={t('bought.pem_hint')}
          error={wrong['/certificates']}
          onChange={(e) => setPem(e.currentTarget.value)}
        />
      </form>
    </Dialog>
  );
}
