import { api, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo } from 'react';
import { may, useMe } from '../../me';
import { ErrorNote, faults, Loading, TextField, toast } from '../../parts';
import { useDraft } from '../admin/draft';
import { Newer } from '../admin/Newer';
import { ifMatch, overtaken, type Tagged, tagged } from '../admin/tagged';
import { languageName } from '../admin/words';
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
      {query.data && <Fields read={query.data} reload={() => query.refetch()} />}
    </section>
  );
}

const labels = { name: 'settings.name', locale: 'settings.language', time_zone: 'settings.time_zone' };

function Fields({ read, reload }: { read: Tagged<View>; reload: () => void }) {
  const cache = useQueryClient();
  const { name, locale, time_zone } = read.value;
  const saved = { name, locale, time_zone };
  const draft = useDraft(saved);
  const { form, set, changed } = draft;
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
      draft.clear();
      toast(t('admin.saved'));
    },
    onError: (error) => overtaken(error) && reload(),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (changed && !save.isPending) save.mutate();
  };
  const wrong = faults(save.error);
  return (
    <form className="stack" onSubmit={submit}>
      {save.error && !overtaken(save.error) && Object.keys(wrong).length === 0 && (
        <ErrorNote error={save.error} />
      )}
      <Newer
        shown={draft.overtaken || overtaken(save.error)}
        theirs={draft.contested.map((k) => ({
          label: t(labels[k]),
          value: k === 'locale' ? languageName(saved[k]) : saved[k],
        }))}
      />
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
