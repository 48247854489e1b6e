import { api, data, idempotencyKey, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useMe } from '../../me';
import { CopyButton, Dialog, ErrorNote, faults, Notice, SelectField, TextField } from '../../parts';
import { HandOver } from '../admin/HandOver';
import { type Expiry, expiresAt, expiries } from './expiry';
import { preset } from './groups';
import { PermissionPicker } from './PermissionPicker';

type Made = Schemas['APIKeyCreatedBody'];

/** Makes a key and shows it, this once. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Made | undefined>();
  if (made) return <Shown made={made} onClose={onClose} />;
  return <NewKeyForm onClose={onClose} onMade={setMade} />;
}

function NewKeyForm({ onClose, onMade }: { onClose: () => void; onMade: (m: Made) => void }) {
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button type="submit" form="new-key" className="button primary">
        {t('keys.make')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('keys.new')} footer={footer} wide>
      <Fields onMade={onMade} />
    </Dialog>
  );
}

function Fields({ onMade }: { onMade: (m: Made) => void }) {
  const mine = useMe().permissions;
  const cache = useQueryClient();
  const [chosen, setChosen] = useState(() => preset('send', mine));
  const [expiry, setExpiry] = useState<Expiry>('365');
  const key = useRef(idempotencyKey());
  const make = useMutation({
    mutationFn: (what: Schemas['CreateAPIKeyInputBody']) =>
      data(
        api.POST('/api/v1/api-keys', {
          params: { header: { 'Idempotency-Key': key.current } },
          body: what,
        }),
      ),
    onSuccess: (m) => {
      cache.invalidateQueries({ queryKey: ['api-keys'] });
      onMade(m);
    },
    onError: () => {
      key.current = idempotencyKey();
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (make.isPending) return;
    const form = new FormData(e.currentTarget);
    const expires_at = expiresAt(expiry, String(form.get('day') ?? ''));
    make.mutate({ name: String(form.get('name')), permissions: chosen, expires_at });
  };
  const wrong = faults(make.error);
  const wrongPermission = Object.entries(wrong).find(([p]) => p.startsWith('/permissions'))?.[1];
  return (
    <form id="new-key" className="stack" onSubmit={submit}>
      {make.error && Object.keys(wrong).length === 0 && <ErrorNote error={make.error} />}
      <TextField
        label={t('keys.name')}
        name="name"
        required
        maxLength={200}
        autoComplete="off"
        hint={t('keys.name_hint')}
        error={wrong['/name']}
      />
      <SelectField
        label={t('keys.expires')}
        value={expiry}
        onChange={(e) => setExpiry(expiries.find((x) => x === e.currentTarget.value) ?? '365')}
        error={expiry === 'date' ? undefined : wrong['/expires_at']}
        hint={expiry === 'never' ? t('keys.never_hint') : undefined}
      >
        {expiries.map((x) => (
          <option key={x} value={x}>
            {t(`keys.expiry.${x}`)}
          </option>
        ))}
      </SelectField>
      {expiry === 'date' && (
        <TextField label={t('keys.last_day')} name="day" type="date" required error={wrong['/expires_at']} />
      )}
      <PermissionPicker mine={mine} chosen={chosen} onChange={setChosen} error={wrongPermission} />
    </form>
  );
}

function Shown({ made, onClose }: { made: Made; onClose: () => void }) {
  const footer = (
    <button type="button" className="button primary" onClick={onClose}>
      {t('keys.stored')}
    </button>
  );
  const example = `curl -H "Authorization: Bearer ${made.key}" ${location.origin}/api/v1/envelopes`;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('keys.made_title', { name: made.api_key.name })}
      footer={footer}
      wide
    >
      <div className="stack">
        <Notice tone="warn">
          <p>{t('keys.once')}</p>
        </Notice>
        <HandOver label={t('keys.key')} text={made.key} />
        <section className="stack tight" aria-label={t('keys.try')}>
          <h3>{t('keys.try')}</h3>
          <pre className="sunken" dir="ltr">
            {example}
          </pre>
          <div>
            <CopyButton text={example} label={t('keys.copy_example')} />
          </div>
        </section>
      </div>
    </Dialog>
  );
}
