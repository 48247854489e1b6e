import { t } from '@shared/i18n';
import { type ComponentProps, type ReactNode, useId } from 'react';

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Says so behind the label; what is not marked is needed. */
  optional?: boolean;
}

function useField(hint: ReactNode, error: string | undefined, given?: string) {
  const own = useId();
  const id = given ?? own;
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined };
}

function Frame({ id, around, children }: { id: string; around: Around; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {around.label}
        {around.optional && <span className="meta"> {t('parts.optional')}</span>}
      </label>
      {children}
      {around.hint && (
        <div className="hint" id={`${id}-hint`}>
          {around.hint}
        </div>
      )}
      {around.error && (
        <div className="error" id={`${id}-error`}>
          {around.error}
        </div>
      )}
    </div>
  );
}

/** A line of text with its label, hint and error. */
export function TextField({ label, hint, error, optional, ...rest }: Around & ComponentProps<'input'>) {
  const field = useField(hint, error, rest.id);
  return (
    <Frame id={field.id} around={{ label, hint, error, optional }}>
      <input type="text" {...rest} {...field} className="input" />
    </Frame>
  );
}

/** Several lines of text. */
export function TextArea({ label, hint, error, optional, ...rest }: Around & ComponentProps<'textarea'>) {
  const field = useField(hint, error, rest.id);
  return (
    <Frame id={field.id} around={{ label, hint, error, optional }}>
      <textarea {...rest} {...field} className="textarea" />
    </Frame>
  );
}

/** A choice of one; the options are its children. */
export function SelectField({
  label,
  hint,
  error,
  optional,
  children,
  ...rest
}: Around & ComponentProps<'select'>) {
  const field = useField(hint, error, rest.id);
  return (
    <Frame id={field.id} around={{ label, hint, error, optional }}>
      <select {...rest} {...field} className="select">
        {children}
      </select>
    </Frame>
  );
}

/** Yes or no; with type="radio", one of several. */
export function CheckField({
  label,
  hint,
  error,
  type = 'checkbox',
  ...rest
}: Omit<Around, 'label' | 'optional'> & { label: ReactNode } & ComponentProps<'input'>) {
  const field = useField(hint, error, rest.id);
  return (
    <div className="field">
      <div className="check">
        <input {...rest} {...field} type={type} />
        <div>
          <label htmlFor={field.id}>{label}</label>
          {hint && (
            <div className="meta" id={`${field.id}-hint`}>
              {hint}
            </div>
          )}
        </div>
      </div>
      {error && (
        <div className="error" id={`${field.id}-error`}>
          {error}
        </div>
      )}
    </div>
  );
}
