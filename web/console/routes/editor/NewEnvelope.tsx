import './editor.css';
import { api, data, idempotencyKey, Problem, problemOf } from '@shared/api/client';
import { language, t } from '@shared/i18n';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useMe } from '../../me';
import { ErrorNote, Loading, Page } from '../../parts';
import { DropZone } from './documents/DropZone';
import { leave, type Place, readPlaces, titleOf } from './documents/pending';

/** A new envelope begins with its first document: only then is there a draft. */
export function NewEnvelope() {
  const { sample, self } = useSearch({ from: '/new' });
  const me = useMe();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ error: unknown; again: () => void } | undefined>(undefined);
  const mine = Boolean(self || sample);
  const begin = async (files: File[], places: readonly Place[] = []) => {
    setBusy(true);
    setFailed(undefined);
    try {
      const title = titleOf(files[0]?.name ?? '');
      const id = await createDraft(title, mine ? me.user : undefined, sample ? language() : me.locale);
      leave(id, { files, title, places });
      await navigate({ to: '/envelopes/$envelope/edit', params: { envelope: id }, replace: true });
    } catch (error) {
      setBusy(false);
      setFailed({ error, again: () => void begin(files, places) });
    }
  };
  const beginWithSample = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      const sample = await readSample(language());
      await begin([sample.file], sample.places);
    } catch (error) {
      setBusy(false);
      setFailed({ error, again: () => void beginWithSample() });
    }
  };
  const asked = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sample is fetched once, when the page opens
  useEffect(() => {
    if (!sample || asked.current) return;
    asked.current = true;
    void beginWithSample();
  }, [sample]);
  return (
    <Page
      title={t(self ? 'editor.new.title_self' : 'editor.new.title')}
      lead={t(self ? 'editor.new.lead_self' : 'editor.new.lead')}
    >
      {failed && <ErrorNote error={failed.error} retry={failed.again} />}
      {busy ? (
        <Loading label={t('editor.new.making')} />
      ) : (
        <div className="ed-new">
          <DropZone large onFiles={(files) => void begin(files)} />
          <p>
            {t('editor.new.no_file')}{' '}
            <button type="button" className="link" onClick={() => void beginWithSample()}>
              {t('editor.new.sample')}
            </button>
          </p>
        </div>
      )}
    </Page>
  );
}

async function createDraft(
  title: string,
  signer: { name: string; email: string } | undefined,
  locale: string,
): Promise<string> {
  const e = await data(
    api.POST('/api/v1/envelopes', {
      params: { header: { 'Idempotency-Key': idempotencyKey() } },
      body: {
        title,
        locale: locale || undefined,
        recipients: signer ? [{ name: signer.name, email: signer.email, role: 'signer' }] : undefined,
      },
    }),
  );
  return e.id;
}

async function readSample(locale: string): Promise<{ file: File; places: Place[] }> {
  const url = `/api/v1/samples/contract?locale=${encodeURIComponent(locale)}`;
  const answer = await fetch(url).catch(() => undefined);
  if (!answer) throw new Problem({ code: 'offline', status: 0 });
  if (!answer.ok) throw await problemOf(answer);
  const file = new File([await answer.blob()], t('editor.new.sample_name'), { type: 'application/pdf' });
  return { file, places: readPlaces(answer.headers.get('Signature-Places')) };
}
