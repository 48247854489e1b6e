import { t } from '@shared/i18n';
import { type ChangeEvent, useId, useRef, useState } from 'react';
import { Icon } from '../../parts';
import { type LogoFault, logoAddress, readLogo } from './logo';

interface LogoProps {
  logo: string | undefined;
  onChange: (logo: string | undefined) => void;
  error?: string;
  locked: boolean;
}

/** A picture for the head of the pages, checked before it is sent. */
export function LogoField({ logo, onChange, error, locked }: LogoProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<LogoFault | undefined>();
  const choose = async (e: ChangeEvent<HTMLInputElement>) => {
    const field = e.currentTarget;
    const file = field.files?.[0];
    if (!file) return;
    const read = await readLogo(file);
    field.value = '';
    if ('fault' in read) return setFault(read.fault);
    setFault(undefined);
    onChange(read.logo);
  };
  const said = fault ? t(`branding.logo_fault.${fault}`) : error;
  return (
    <div className="field">
      <label htmlFor={id}>
        {t('branding.logo')} <span className="meta">{t('parts.optional')}</span>
      </label>
      <input
        ref={input}
        id={id}
        className="visually-hidden"
        type="file"
        accept="image/png,image/jpeg"
        tabIndex={-1}
        aria-describedby={`${id}-hint`}
        onChange={choose}
      />
      <div className="row logo-row">
        {logo && <img className="logo-shown" src={logoAddress(logo)} alt={t('branding.logo_alt')} />}
        <button type="button" className="button" disabled={locked} onClick={() => input.current?.click()}>
          <Icon name="image" />
          {t(logo ? 'branding.logo_replace' : 'branding.logo_choose')}
        </button>
        {logo && (
          <button
            type="button"
            className="button quiet"
            disabled={locked}
            onClick={() => onChange(undefined)}
          >
            {t('branding.logo_remove')}
          </button>
        )}
      </div>
      <div className="hint" id={`${id}-hint`}>
        {t('branding.logo_hint')}
      </div>
      {said && (
        <div className="error" role="alert">
          {said}
        </div>
      )}
    </div>
  );
}
