import { t } from '@shared/i18n';
import { CheckField } from '../../parts';
import { words } from '../admin/words';
import { grouped, preset, presetOf, presets } from './groups';

interface PickerProps {
  mine: string[];
  chosen: string[];
  onChange: (permissions: string[]) => void;
  error?: string;
}

/** Common sets at one press, and every permission by itself. Nobody can give what they do not hold. */
export function PermissionPicker({ mine, chosen, onChange, error }: PickerProps) {
  const now = presetOf(chosen, mine);
  return (
    <fieldset className="plain">
      <legend>{t('keys.permissions')}</legend>
      <div className="row">
        {presets.map((name) => (
          <button
            key={name}
            type="button"
            className="button"
            aria-pressed={now === name}
            onClick={() => onChange(preset(name, mine))}
          >
            {t(`keys.preset.${name}`)}
          </button>
        ))}
      </div>
      {error && <p className="error">{error}</p>}
      {chosen.length === 0 && <p className="meta">{t('keys.choose_one')}</p>}
      <div className="picker">
        {grouped(mine.filter((p) => p !== 'sessions:own')).map((g) => (
          <fieldset key={g.name} className="plain">
            <legend>{words('permgroup', g.name)}</legend>
            {g.permissions.map((p) => (
              <CheckField
                key={p}
                label={words('perm', p)}
                checked={chosen.includes(p)}
                onChange={(e) => onChange(toggled(chosen, p, e.currentTarget.checked))}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </fieldset>
  );
}

function toggled(chosen: string[], p: string, on: boolean): string[] {
  return on ? [...chosen, p] : chosen.filter((x) => x !== p);
}
