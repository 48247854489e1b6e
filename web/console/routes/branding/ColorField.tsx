import {
  brandContrast,
  brandTokens,
  contrast,
  leastContrast,
  nearestPassing,
  readColor,
} from '@shared/brand';
import { language, t } from '@shared/i18n';
import { useId } from 'react';
import { Notice, Status } from '../../parts';

interface ColorProps {
  /** What stands in the box, a colour or not. */
  typed: string;
  /** The last colour that could be read. */
  color: string;
  onChange: (text: string) => void;
  error?: string;
}

/** The accent by picker or by number, with how well it is read in either theme. */
export function ColorField({ typed, color, onChange, error }: ColorProps) {
  const id = useId();
  const unreadable = readColor(typed) === undefined;
  const own = unreadable ? t('branding.color_form') : error;
  return (
    <div className="field">
      <label htmlFor={id}>{t('branding.color')}</label>
      <div className="color-row">
        <input
          type="color"
          className="color-well"
          aria-label={t('branding.color_pick')}
          value={color}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
        <input
          id={id}
          type="text"
          className="input mono"
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          value={typed}
          maxLength={7}
          aria-invalid={own ? true : undefined}
          aria-describedby={`${id}-more`}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      </div>
      <div id={`${id}-more`} className="stack tight">
        <div className="hint meta">{t('branding.color_hint')}</div>
        {own && <div className="error">{own}</div>}
        {!unreadable && <Contrasts color={color} />}
      </div>
      {!unreadable && brandContrast(color) < leastContrast && <Offer color={color} onTake={onChange} />}
    </div>
  );
}

function ratio(n: number): string {
  return new Intl.NumberFormat(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    Math.floor(n * 10) / 10,
  );
}

function Contrasts({ color }: { color: string }) {
  const light = brandContrast(color);
  const dark = brandTokens(color).dark.accent;
  const passes = light >= leastContrast;
  return (
    <ul className="contrasts">
      <li>
        <Swatch color={color} />
        <span>{t('branding.contrast_light', { ratio: ratio(light) })}</span>
        <Status kind={passes ? 'done' : 'bad'}>{t(passes ? 'branding.passes' : 'branding.fails')}</Status>
      </li>
      <li>
        <Swatch color={dark} />
        <span>{t('branding.contrast_dark', { color: dark, ratio: ratio(contrast(dark, '#131a22')) })}</span>
        <Status kind="done">{t('branding.passes')}</Status>
      </li>
    </ul>
  );
}

function Swatch({ color }: { color: string }) {
  return <span className="swatch" style={{ background: color }} aria-hidden="true" />;
}

/** The nearest shade of the same colour that can be read, to be taken with one press. */
function Offer({ color, onTake }: { color: string; onTake: (color: string) => void }) {
  const near = nearestPassing(color);
  return (
    <Notice tone="bad">
      <p>{t('branding.too_light')}</p>
      <div className="row">
        <button type="button" className="button" onClick={() => onTake(near)}>
          <Swatch color={near} />
          {t('branding.use_near', { color: near })}
        </button>
      </div>
    </Notice>
  );
}
