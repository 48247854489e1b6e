import { t } from '@shared/i18n';
import { useState } from 'react';
import { CheckField, SelectField, TextArea, TextField } from '../../../parts';
import { configure } from '../model/edit';
import { choiceName, type Setting, settingsOf, withSetting } from '../model/schema';
import type { Field } from '../model/types';
import { typeOf } from '../model/words';
import { useDraft, useEditor } from '../session';

/** The settings of a type, as its schema has them. The rarer ones stand below a fold. */
export function Settings({ field }: { field: Field }) {
  const schema = useDraft((s) => typeOf(s, field.type)?.schema);
  const all = settingsOf(schema);
  const common = all.filter((s) => usual.has(s.name));
  const rare = all.filter((s) => !usual.has(s.name));
  return (
    <>
      {common.map((s) => (
        <Control key={s.name} field={field} setting={s} />
      ))}
      {rare.length > 0 && (
        <details className="more-settings">
          <summary>{t('editor.more_settings')}</summary>
          <div className="stack">
            {rare.map((s) => (
              <Control key={s.name} field={field} setting={s} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

const usual = new Set(['label', 'options', 'format', 'multiline', 'checked']);

function Control({ field, setting }: { field: Field; setting: Setting }) {
  const { draft } = useEditor();
  const value = field.config[setting.name];
  const set = (v: unknown) => configure(draft, field.key, withSetting(field.config, setting, v));
  switch (setting.kind) {
    case 'switch':
      return (
        <CheckField
          label={setting.title}
          checked={typeof value === 'boolean' ? value : setting.initial}
          onChange={(e) => set(e.target.checked)}
        />
      );
    case 'text':
      return <Text setting={setting} value={typeof value === 'string' ? value : ''} onChange={set} />;
    case 'number':
      return <NumberSetting setting={setting} value={value} onChange={set} />;
    case 'choice':
      return <Choice setting={setting} value={value} onChange={set} />;
    case 'set':
      return <SetOf setting={setting} value={value} onChange={set} />;
    case 'list':
      return <List setting={setting} value={value} onChange={set} />;
  }
}

type Kind<K extends Setting['kind']> = Extract<Setting, { kind: K }>;
type Props<K extends Setting['kind']> = { setting: Kind<K>; value: unknown; onChange: (v: unknown) => void };

function Text({ setting, value, onChange }: Props<'text'> & { value: string }) {
  return (
    <TextField
      label={setting.title}
      hint={setting.name === 'label' ? t('editor.label_hint') : undefined}
      maxLength={setting.most}
      value={value}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}

function NumberSetting({ setting, value, onChange }: Props<'number'>) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const shown = typed ?? (typeof value === 'number' ? String(value) : '');
  const bad = shown !== '' && parse(shown, setting) === undefined;
  const change = (text: string) => {
    setTyped(text);
    const n = parse(text, setting);
    if (n !== undefined || text === '') onChange(n);
  };
  return (
    <TextField
      label={setting.title}
      inputMode="decimal"
      value={shown}
      placeholder={t('editor.automatic')}
      error={bad ? t('editor.between', { least: setting.least ?? 0, most: setting.most ?? 9999 }) : undefined}
      onChange={(e) => change(e.target.value)}
      onBlur={() => !bad && setTyped(undefined)}
    />
  );
}

function parse(text: string, s: Kind<'number'>): number | undefined {
  const n = Number(text.replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(n) || (s.whole && !Number.isInteger(n))) return undefined;
  return n < (s.least ?? n) || n > (s.most ?? n) ? undefined : n;
}

function Choice({ setting, value, onChange }: Props<'choice'>) {
  const now = typeof value === 'string' ? value : (setting.initial ?? '');
  return (
    <SelectField label={setting.title} value={now} onChange={(e) => onChange(e.target.value)}>
      {setting.initial === undefined && <option value="">{t('editor.automatic')}</option>}
      {setting.options.map((o) => (
        <option key={o} value={o}>
          {choiceName(setting.name, o)}
        </option>
      ))}
    </SelectField>
  );
}

/** Any of some, never none: all is what it is without a word. */
function SetOf({ setting, value, onChange }: Props<'set'>) {
  const now = Array.isArray(value) ? value : setting.options;
  const toggle = (o: string, on: boolean) => {
    const next = setting.options.filter((x) => (x === o ? on : now.includes(x)));
    if (next.length > 0) onChange(next.length === setting.options.length ? undefined : next);
  };
  return (
    <fieldset className="plain">
      <legend>{setting.title}</legend>
      {setting.options.map((o) => (
        <CheckField
          key={o}
          label={choiceName(setting.name, o)}
          checked={now.includes(o)}
          onChange={(e) => toggle(o, e.target.checked)}
        />
      ))}
    </fieldset>
  );
}

/** One choice a line. Empty lines and repeats are not kept. */
function List({ setting, value, onChange }: Props<'list'>) {
  const kept = Array.isArray(value) ? value.join('\n') : '';
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const change = (text: string) => {
    setTyped(text);
    const lines = text.split('\n').map((l) => l.trim().slice(0, setting.each));
    const unique = [...new Set(lines.filter(Boolean))].slice(0, setting.most);
    if (unique.length > 0) onChange(unique);
  };
  const none = typed !== undefined && typed.trim() === '';
  return (
    <TextArea
      label={setting.title}
      hint={t('editor.one_a_line')}
      error={none ? t('editor.check.no_choices') : undefined}
      rows={4}
      value={typed ?? kept}
      onChange={(e) => change(e.target.value)}
      onBlur={() => setTyped(undefined)}
    />
  );
}
