import { api, data } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Dialog, ErrorNote, faults, TextField, toast } from '../../parts';
import { base64 } from './bytes';

/** Brings in a key with its certificate from one file. */
export function ImportFile({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const bring = useMutation({
    mutationFn: async ({ file, password }: { file: File; password: string }) =>
      data(
        api.POST('/api/v1/certificates/import', {
          body: { pkcs12: base64(new Uint8Array(await file.arrayBuffer())), password },
        }),
      ),
    onSuccess: () => {
      cache.invalidateQueries({ queryKey: ['certificates'] });
      toast(t('bought.done'));
      onClose();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const file = form.get('file');
    if (!bring.isPending && file instanceof File) {
      bring.mutate({ file, password: String(form.get('password') ?? '') });
    }
  };
  const wrong = faults(bring.error);
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="import-certificate" className="button primary" disabled={bring.isPending}>
        {t(bring.isPending ? 'bought.testing' : 'bought.use')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('bought.import')} footer={footer}>
      <form id="import-certificate" className="stack" onSubmit={submit}>
        <p>{t('bought.import_text')}</p>
        {bring.error && Object.keys(wrong).length === 0 && <ErrorNote error={bring.error} />}
        <TextField
          type="file"
          label={t('bought.file')}
          name="file"
          accept=".p12,.pfx,application/x-pkcs12"
          required
          error={wrong['/pkcs12'] ?? wrong['/certificates']}
        />
        <TextField
          type="password"
          label={t('bought.password')}
          name="password"
          autoComplete="off"
          maxLength={1024}
          hint={t('bought.password_hint')}
          error={wrong['/password']}
        />
      </form>
    </Dialog>
  );
}
