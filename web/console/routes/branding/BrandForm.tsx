import { api, type Schemas } from '@shared/api/client';
import { brandContrast, leastContrast, readColor } from '@shared/brand';
import { t } from '@shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { may, useMe } from '../../me';
import { ErrorNote, faults, TextField, toast } from '../../parts';
import { useDraft } from '../admin/draft';
import { Newer } from '../admin/Newer';
import { ifMatch, overtaken, type Tagged, tagged } from '../admin/tagged';
import { ColorField } from './ColorField';
import { LogoField } from './LogoField';
import { Preview } from './Preview';

type Brand = Schemas['Branding'];

const empty = { display_name: '', logo: '', footer: '', support_url: '' };
const labels = {
  display_name: 'branding.name',
  logo: 'branding.logo',
  color: 'branding.color',
  footer: 'branding.footer',
  support_url: 'branding.support',
};

/** The form on one side, what it makes of the pages and mails on the other. */
export function BrandForm({ read, reload }: { read: Tagged<Brand>; reload: () => void }) {
  const me = useMe();
  const cache = useQueryClient();
  const saved = { ...empty, ...read.value };
  const draft = useDraft(saved);
  const { form, set } = draft;
  // What stands in the colour's box while it is written, a colour or not.
  const [writing, setWriting] = useState<string>();
  const typed = writing ?? form.color;
  const setColor = (text: string) => {
    setWriting(text);
    const color = readColor(text);
    if (color) set({ color });
  };
  const save = useMutation({
    mutationFn: () =>
      tagged(api.PUT('/api/v1/branding', { params: { header: ifMatch(read.tag) }, body: filled(form) })),
    onSuccess: (now) => {
      cache.setQueryData(['branding', 'edited'], now);
      draft.clear();
      setWriting(undefined);
      cache.invalidateQueries({ queryKey: ['branding'] });
      cache.invalidateQueries({ queryKey: ['settings'] });
      toast(t('admin.saved'));
    },
    onError: (error) => overtaken(error) && reload(),
  });
  const unread = readColor(typed) === undefined || brandContrast(form.color) < leastContrast;
  const changed = JSON.stringify(filled(form)) !== JSON.stringify(filled(read.value));
  const locked = !may('settings:write');
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (changed && !unread && !save.isPending) save.mutate();
  };
  const wrong = faults(save.error);
  return (
    <div className="brand-edit">
      <form className="card stack" onSubmit={submit}>
        {save.error && !overtaken(save.error) && Object.keys(wrong).length === 0 && (
          <ErrorNote error={save.error} />
        )}
        <Newer
          shown={draft.overtaken || overtaken(save.error)}
          theirs={draft.contested.map((k) => ({
            label: t(labels[k]),
            value: k === 'logo' && saved.logo ? t('admin.newer_logo') : saved[k],
          }))}
        />
        <fieldset className="plain stack" disabled={locked}>
          <legend className="visually-hidden">{t('branding.title')}</legend>
          <TextField
            label={t('branding.name')}
            optional
            value={form.display_name}
            maxLength={200}
            placeholder={me.organization_name}
            onChange={(e) => set({ display_name: e.currentTarget.value })}
            hint={t('branding.name_hint', { name: me.organization_name })}
            error={wrong['/display_name']}
          />
          <LogoField
            logo={form.logo || undefined}
            onChange={(logo) => set({ logo: logo ?? '' })}
            error={wrong['/logo']}
            locked={locked}
          />
          <ColorField typed={typed} color={form.color} onChange={setColor} error={wrong['/color']} />
          <TextField
            label={t('branding.footer')}
            optional
            value={form.footer}
            maxLength={200}
            onChange={(e) => set({ footer: e.currentTarget.value })}
            hint={t('branding.footer_hint')}
            error={wrong['/footer']}
          />
          <TextField
            label={t('branding.support')}
            optional
            type="url"
            dir="ltr"
            pattern="https://.*"
            placeholder="https://"
            value={form.support_url}
            onChange={(e) => set({ support_url: e.currentTarget.value })}
            hint={t('branding.support_hint')}
            error={wrong['/support_url']}
          />
        </fieldset>
        {!locked && (
          <div className="form-actions">
            <button type="submit" className="button primary" disabled={!changed || unread || save.isPending}>
              {t('admin.save')}
            </button>
            {changed && !unread && <span className="meta">{t('admin.unsaved')}</span>}
          </div>
        )}
      </form>
      <Preview brand={form} name={form.display_name.trim() || me.organization_name} />
    </div>
  );
}

/** The document without what is empty, as the API keeps it. */
function filled(b: Brand): Brand {
  return {
    color: b.color,
    ...(b.display_name?.trim() ? { display_name: b.display_name.trim() } : {}),
    ...(b.logo ? { logo: b.logo } : {}),
    ...(b.footer?.trim() ? { footer: b.footer.trim() } : {}),
    ...(b.support_url?.trim() ? { support_url: b.support_url.trim() } : {}),
  };
}
