import { t } from '@shared/i18n';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import { CheckField, faultText, SelectField, TextArea, TextField } from '../../parts';
import { useDraft } from '../admin/draft';
import { Newer } from '../admin/Newer';
import { known, words } from '../admin/words';
import {
  type Control,
  controlsOf,
  documentOf,
  type Fault,
  type Form,
  formOf,
  type Input,
  type Schema,
} from './schema';

interface SchemaFormProps {
  /** Of the group, for words of our own: settings.field.<name>.<member>. */
  name: string;
  schema: Schema;
  value: unknown;
  /** What the server says of each member, by pointer. */
  faults: { [pointer: string]: string };
  busy: boolean;
  locked: boolean;
  /** Somebody else saved first, and nothing was saved here. */
  refused: boolean;
  onSave: (document: unknown, done: () => void) => void;
}

/** A form drawn from a JSON Schema. */
export function SchemaForm({ name, schema, value, faults, busy, locked, refused, onSave }: SchemaFormProps) {
  const controls = useMemo(() => controlsOf(schema), [schema]);
  const before = useMemo(() => formOf(controls, value), [controls, value]);
  const draft = useDraft<Form>(before);
  const { form, changed } = draft;
  const [own, setOwn] = useState<{ [pointer: string]: string }>({});
  const box = useRef<HTMLFormElement>(null);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy || !changed) return;
    const { document, faults: found } = documentOf(controls, form, value);
    setOwn(Object.fromEntries(found.map((f) => [f.pointer, said(f)])));
    if (found.length > 0) return focusOn(box.current, found[0]?.pointer);
    onSave(document, draft.clear);
  };
  const set = (pointer: string, input: Input) => {
    draft.set({ [pointer]: input });
    setOwn(({ [pointer]: _, ...rest }) => rest);
  };
  return (
    <form className="stack" ref={box} onSubmit={submit} noValidate>
      <Newer
        shown={draft.overtaken || refused}
        theirs={controls
          .filter((c) => draft.contested.includes(c.pointer))
          .map((c) => ({ label: labelOf(name, c), value: shown(name, c, before[c.pointer]) }))}
      />
      {controls.map((c) => (
        <Field
          key={c.pointer}
          group={name}
          c={c}
          input={form[c.pointer] ?? ''}
          error={own[c.pointer] ?? faults[c.pointer]}
          locked={locked}
          set={(input) => set(c.pointer, input)}
        />
      ))}
      {!locked && (
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={!changed || busy}>
            {t('admin.save')}
          </button>
          {changed && (
            <button type="button" className="button quiet" onClick={draft.clear}>
              {t('admin.undo')}
            </button>
          )}
        </div>
      )}
    </form>
  );
}

function labelOf(group: string, c: Control): string {
  const key = `${group}.${c.path.join('.')}`;
  return known('settings.field', key) ? words('settings.field', key) : c.title;
}

/** A value as it is read, not as it is typed. */
function shown(group: string, c: Control, input: Input | undefined): string {
  if (c.kind === 'switch') return t(input ? 'roles.yes' : 'roles.no');
  const text = String(input ?? '');
  if (c.kind === 'choice' && text) return words(`settings.choice.${group}.${c.path.join('.')}`, text);
  return text.replaceAll('\n', ', ');
}

function said(f: Fault): string {
  const text = t(`fault.${f.code}`, f.limit === undefined ? {} : { limit: f.limit });
  return text === `fault.${f.code}` ? faultText(f.code) : text;
}

function focusOn(form: HTMLFormElement | null, pointer: string | undefined): void {
  const field = form?.elements.namedItem(pointer ?? '');
  if (field instanceof HTMLElement) field.focus();
}

interface FieldProps {
  group: string;
  c: Control;
  input: Input;
  error?: string;
  locked: boolean;
  set: (input: Input) => void;
}

function Field({ group, c, input, error, locked, set }: FieldProps) {
  const key = `${group}.${c.path.join('.')}`;
  const label = labelOf(group, c);
  const hint = known('settings.hint', key) ? words('settings.hint', key) : c.description;
  const common = { name: c.pointer, label, hint, error, disabled: locked };
  if (c.kind === 'switch') {
    return <CheckField {...common} checked={input === true} onChange={(e) => set(e.currentTarget.checked)} />;
  }
  const text = String(input);
  const optional = !c.required;
  if (c.kind === 'choice') {
    return (
      <SelectField {...common} value={text} onChange={(e) => set(e.currentTarget.value)}>
        {optional && <option value="">{t('settings.not_chosen')}</option>}
        {c.schema.enum?.map((v) => (
          <option key={String(v)} value={String(v)}>
            {words(`settings.choice.${key}`, String(v))}
          </option>
        ))}
      </SelectField>
    );
  }
  if (c.kind === 'list') {
    return (
      <TextArea
        {...common}
        optional={optional}
        hint={hint ?? t('settings.one_a_line')}
        value={text}
        onChange={(e) => set(e.currentTarget.value)}
      />
    );
  }
  return (
    <TextField
      {...common}
      {...native(c)}
      optional={optional && c.kind !== 'secret'}
      hint={c.kind === 'secret' ? t('settings.secret_kept') : hint}
      value={text}
      onChange={(e) => set(e.currentTarget.value)}
    />
  );
}

/** What the platform can do for a kind of text. */
function native(c: Control): { type?: string; inputMode?: 'decimal' | 'numeric'; autoComplete?: string } {
  if (c.kind === 'secret') return { type: 'password', autoComplete: 'new-password' };
  if (c.kind === 'number') return { inputMode: c.schema.type === 'integer' ? 'numeric' : 'decimal' };
  if (c.schema.format === 'email') return { type: 'email' };
  if (c.schema.format === 'uri') return { type: 'url' };
  return {};
}
