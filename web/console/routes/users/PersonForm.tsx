import { languageNames, languages, t } from '@shared/i18n';
import { CheckField, SelectField } from '../../parts';
import { type Role, roles } from './roles';

/** One role out of four, each with what it is for. */
export function RoleField({
  value,
  onChange,
  error,
  locked,
}: {
  value: Role;
  onChange: (r: Role) => void;
  error?: string;
  locked?: boolean;
}) {
  return (
    <fieldset className="plain" disabled={locked}>
      <legend>{t('users.role')}</legend>
      {locked && <p className="meta">{t('users.own_role')}</p>}
      {roles.map((r) => (
        <CheckField
          key={r}
          type="radio"
          name="role"
          label={t(`role.${r}`)}
          hint={t(`role.${r}.text`)}
          checked={value === r}
          onChange={() => onChange(r)}
        />
      ))}
      {error && <p className="error">{error}</p>}
    </fieldset>
  );
}

export function LanguageField({
  label,
  value,
  onChange,
  hint,
  error,
}: {
  label: string;
  value: string;
  onChange: (l: string) => void;
  hint?: string;
  error?: string;
}) {
  const other = !languages.some((l) => l === value);
  return (
    <SelectField
      label={label}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      hint={hint}
      error={error}
    >
      {other && <option value={value}>{value}</option>}
      {languages.map((l) => (
        <option key={l} value={l} lang={l}>
          {languageNames[l]}
        </option>
      ))}
    </SelectField>
  );
}
