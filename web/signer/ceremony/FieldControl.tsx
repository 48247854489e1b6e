import { t } from '@shared/i18n';
import { Icon } from './Icon';
import type { Sitting } from './sitting';
import type { Field } from './types';
import { configOf, filled, inWords, labelOf, marks, nameOf } from './values';

interface Props {
  s: Sitting;
  field: Field;
  id: string;
  /** Shown on the page itself: the label is not beside the control then. */
  onPage?: boolean;
  /** Ids of what explains the control. */
  describedBy?: string;
  onMark(field: Field): void;
  /** Enter in a line of text goes on. */
  onNext(): void;
}

/** The native control by which a field is filled. */
export function FieldControl(p: Props) {
  if (marks(p.field)) return <MarkButton {...p} />;
  switch (p.field.type) {
    case 'checkbox':
      return <Checkbox {...p} />;
    case 'dropdown':
      return <Choice {...p} />;
    default:
      return <Line {...p} />;
  }
}

function shared({ s, field, id, onPage, describedBy }: Props) {
  return {
    id,
    'aria-label': onPage ? nameOf(field) : undefined,
    'aria-describedby': describedBy,
    'aria-invalid': s.faults.has(field.id) ? ('true' as const) : undefined,
    onFocus: () => s.visit(field),
  };
}

function Line(p: Props) {
  const { s, field, onNext } = p;
  const c = configOf(field);
  const v = s.value(field.id);
  const text = {
    ...shared(p),
    value: typeof v === 'string' ? v : '',
    maxLength: c.max_length ?? 4000,
    'aria-required': field.required,
    placeholder: p.onPage ? nameOf(field) : undefined,
    dir: 'auto' as const,
    autocomplete: 'off',
  };
  if (c.multiline) {
    return <textarea {...text} class="textarea" onInput={(e) => s.set(field, e.currentTarget.value)} />;
  }
  const enter = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' || e.isComposing) return;
    e.preventDefault();
    onNext();
  };
  return (
    <input
      {...text}
      class="input"
      type="text"
      enterkeyhint="next"
      onInput={(e) => s.set(field, e.currentTarget.value)}
      onKeyDown={enter}
    />
  );
}

function Checkbox(p: Props) {
  const { s, field } = p;
  const box = (
    <input
      {...shared(p)}
      type="checkbox"
      checked={s.value(field.id) === true}
      aria-required={field.required}
      onChange={(e) => s.set(field, e.currentTarget.checked)}
    />
  );
  if (p.onPage) return box;
  return (
    <label class="check large" for={p.id}>
      {box}
      <span>{labelOf(field)}</span>
    </label>
  );
}

function Choice(p: Props) {
  const { s, field } = p;
  const v = s.value(field.id);
  return (
    <select
      {...shared(p)}
      class="select"
      value={typeof v === 'string' ? v : ''}
      aria-required={field.required}
      onChange={(e) => s.set(field, e.currentTarget.value)}
    >
      <option value="">{p.onPage ? nameOf(field) : t('choice.none')}</option>
      {(configOf(field).options ?? []).map((o) => (
        <option key={o} value={o}>
          {o}
        </option>
      ))}
    </select>
  );
}

/** Opens the dialog in which a mark is made, or puts the one that was made before. */
function MarkButton(p: Props) {
  const { s, field, onMark } = p;
  const v = s.value(field.id);
  const done = filled(v);
  const { 'aria-label': _, ...rest } = shared(p);
  const key = field.type === 'initials' ? 'initials' : 'signature';
  const action = t(done ? `mark.change_${key}` : `mark.give_${key}`);
  return (
    <button
      {...rest}
      type="button"
      class={done ? 'button give' : 'button primary give'}
      onClick={() => onMark(field)}
    >
      <Icon name="pen" />
      {action}
      <span class="visually-hidden">
        {' '}
        {done ? t('field.holds', { label: labelOf(field), value: inWords(field, v) }) : labelOf(field)}
      </span>
    </button>
  );
}
