import { api, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { may, useMe } from '../../me';
import { ErrorNote, faults, Loading, TextField, toast } from '../../parts';
import { ifMatch, overtaken, type Tagged, tagged } from '../admin/tagged';
import { LanguageField } from '../users/PersonForm';

type View = Schemas['OrganizationView'];

/** Name, language and time zone of the organization. */
export function Organization() {
  const { organization } = useMe();
  const query = useQuery({
    queryKey: ['organization', organization],
    queryFn: () =>
      tagged(api.GET('/api/v1/organizations/{organization}', { params: { path: { organization } } })),
  });
  return (
    <section className="card section" aria-labelledby="organization">
      <h2 id="organization">{t('settings.organization')}</h2>
      {query.isPending && <Loading lines={3} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && <Fields key={query.data.tag} read={query.data} reload={() => query.refetch()} />}
    </section>
  );
}

function Fields({ read, reload }: { read: Tagged<View>; reload: () => void }) {
  const cache = useQueryClient();
  const [form, setForm] = useState({
    name: read.value.name,
    locale: read.value.locale,
    time_zone: read.value.time_zone,
  });
  const locked = !may('organization:write');
  const organization = read.value.id;
  const save = useMutation({
    mutationFn: () =>
      tagged(
        api.PATCH('/api/v1/organizations/{organization}', {
          params: { path: { organization }, header: ifMatch(read.tag) },
          body: form,
        }),
      ),
    onSuccess: (now) => {
      cache.setQueryData(['organization', organization], now);
      cache.invalidateQueries({ queryKey: ['me'] });
      toast(t('admin.saved'));
    },
  });
  const changed =
    form.name !== read.value.name ||
    form.locale !== read.value.locale ||
    form.time_zone !== read.value.time_zone;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (changed && !save.isPending) save.mutate();
  };
  const wrong = faults(save.error);
  const set = (part: Partial<typeof form>) => setForm((f) => ({ ...f, ...part }));
  return (
    <form className="stack" onSubmit={submit}>
      {save.error && Object.keys(wrong).length === 0 && (
        <ErrorNote error={save.error} {...(overtaken(save.error) ? { retry: reload } : {})} />
      )}
      <fieldset className="plain stack" disabled={locked}>
        <legend className="visually-hidden">{t('settings.organization')}</legend>
        <TextField
          label={t('settings.name')}
          value={form.name}
          onChange={(e) => set({ name: e.currentTarget.value })}
          required
          maxLength={200}
          hint={t('settings.name_hint')}
          error={wrong['/name']}
        />
        <LanguageField
          label={t('settings.language')}
          value={form.locale}
          onChange={(locale) => set({ locale })}
          hint={t('settings.language_hint')}
          error={wrong['/locale']}
        />
        <ZoneField
          value={form.time_zone}
          onChange={(time_zone) => set({ time_zone })}
          error={wrong['/time_zone']}
        />
      </fieldset>
      {!locked && (
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={!changed || save.isPending}>
            {t('admin.save')}
          </button>
        </div>
      )}
    </form>
  );
}

interface ZoneProps {
  value: string;
  onChange: (zone: string) => void;
  error?: string;
}

function ZoneField({ value, onChange, error }: ZoneProps) {
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  return (
    <>
      <TextField
        label={t('settings.time_zone')}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        list="zones"
        required
        autoComplete="off"
        spellCheck={false}
        hint={t('settings.time_zone_hint')}
        error={error}
      />
      <datalist id="zones">
        {zones.map((z) => (
          <option key={z} value={z} />
        ))}
      </datalist>
    </>
  );
}
