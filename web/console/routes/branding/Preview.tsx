import type { Schemas } from '@shared/api/client';
import { applyBrand, brandContrast, leastContrast } from '@shared/brand';
import { t } from '@shared/i18n';
import { type ReactNode, useEffect, useRef } from 'react';
import { logoAddress } from './logo';

type Brand = Schemas['Branding'];

/** What a recipient will see, in both themes, and what a mail will look like. Nothing in it can be pressed. */
export function Preview({ brand, name }: { brand: Brand; name: string }) {
  return (
    <section className="previews" aria-labelledby="preview">
      <h2 id="preview">{t('branding.preview')}</h2>
      <Themed theme="light" label={t('branding.preview_light')} color={brand.color}>
        <SignerHead brand={brand} name={name} />
      </Themed>
      <Themed theme="dark" label={t('branding.preview_dark')} color={brand.color}>
        <SignerHead brand={brand} name={name} />
      </Themed>
      <Themed theme="light" label={t('branding.preview_mail')} color={brand.color}>
        <Mail brand={brand} name={name} />
      </Themed>
    </section>
  );
}

interface ThemedProps {
  theme: 'light' | 'dark';
  label: string;
  color: string;
  children: ReactNode;
}

function Themed({ theme, label, color, children }: ThemedProps) {
  const box = useRef<HTMLDivElement>(null);
  const shown = brandContrast(color) < leastContrast ? undefined : color;
  useEffect(() => {
    if (box.current) applyBrand(box.current, shown);
  }, [shown]);
  return (
    <figure className="preview">
      <figcaption className="meta">{label}</figcaption>
      <div ref={box} className={`preview-page ${theme}`}>
        {children}
      </div>
    </figure>
  );
}

function Logo({ brand }: { brand: Brand }) {
  return brand.logo ? <img className="preview-logo" src={logoAddress(brand.logo)} alt="" /> : null;
}

function SignerHead({ brand, name }: { brand: Brand; name: string }) {
  return (
    <>
      <div className="preview-bar">
        <Logo brand={brand} />
        <strong dir="auto">{name}</strong>
      </div>
      <div className="preview-body">
        <p className="preview-title">{t('branding.sample_title')}</p>
        <p>{t('branding.sample_asks', { name })}</p>
        <p>
          <span className="preview-link">{t('branding.sample_link')}</span>
        </p>
        <span className="preview-button">{t('branding.sample_button')}</span>
      </div>
    </>
  );
}

function Mail({ brand, name }: { brand: Brand; name: string }) {
  return (
    <div className="preview-body">
      <p className="meta">{t('branding.mail_from', { name })}</p>
      <p>{t('branding.mail_hello')}</p>
      <p>{t('branding.mail_lead', { name })}</p>
      <span className="preview-button">{t('branding.mail_button')}</span>
      <p className="meta preview-foot">
        {brand.footer?.trim() && (
          <>
            <span dir="auto">{brand.footer}</span>
            <br />
          </>
        )}
        {t('branding.mail_foot', { name })}
      </p>
    </div>
  );
}
