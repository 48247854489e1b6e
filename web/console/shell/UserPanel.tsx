import { api } from '@shared/api/client';
import { initials } from '@shared/format';
import { direction, type Language, language, languageNames, languages, t } from '@shared/i18n';
import { Link } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import type { Me } from '../me';
import { SelectField } from '../parts/fields';
import { Icon } from '../parts/icons';
import { problemText } from '../parts/problem';
import { toast } from '../parts/say';
import { queries } from '../queries';
import { signOut } from '../session';
import { changeLanguage } from '../texts';
import { setTheme, type Theme, theme, themes } from '../theme';

/** Who is signed in, and what is theirs: account, language, theme, leaving. */
export function UserPanel({ me, open, above }: { me: Me; open?: boolean; above?: boolean }) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  if (open) return <Inside me={me} />;
  const place = (button: HTMLElement) => {
    if (!panel.current) return;
    const at = button.getBoundingClientRect();
    const side = direction() === 'rtl' ? 'right' : 'left';
    panel.current.style[side] = `${side === 'left' ? at.left : innerWidth - at.right}px`;
    if (above) panel.current.style.bottom = `${innerHeight - at.top + 4}px`;
  };
  return (
    <>
      <button type="button" className="who" popoverTarget={id} onClick={(e) => place(e.currentTarget)}>
        <span className="avatar" aria-hidden="true">
          {initials(me.user.name || me.user.email)}
        </span>
        <span className="who-text">
          <span className="who-name">{me.user.name || me.user.email}</span>
          <span className="meta">{t(`role.${me.user.role}`)}</span>
        </span>
        <Icon name={above ? 'chevron-up' : 'chevron-down'} />
        <span className="visually-hidden">{t('user.menu')}</span>
      </button>
      <div id={id} ref={panel} popover="auto" className="userpanel">
        <Inside me={me} close={() => panel.current?.hidePopover()} />
      </div>
    </>
  );
}

function Inside({ me, close }: { me: Me; close?: () => void }) {
  const [look, setLook] = useState<Theme>(theme());
  const leave = () => signOut().catch((error) => toast(problemText(error), 'bad'));
  return (
    <div className="stack userpanel-body">
      <div>
        <strong>{me.user.name}</strong>
        <div className="meta">{me.user.email}</div>
      </div>
      <SelectField
        label={t('user.language')}
        value={language()}
        onChange={(e) => void chooseLanguage(e.currentTarget.value as Language)}
      >
        {languages.map((l) => (
          <option key={l} value={l} lang={l}>
            {languageNames[l]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('user.theme')}
        value={look}
        onChange={(e) => {
          const next = e.currentTarget.value as Theme;
          setTheme(next);
          setLook(next);
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {t(`theme.${one}`)}
          </option>
        ))}
      </SelectField>
      <div className="userpanel-links">
        <Link to="/account" className="menu-item" onClick={close}>
          <Icon name="user" />
          {t('user.account')}
        </Link>
        <button type="button" className="menu-item" onClick={leave}>
          <Icon name="sign-out" />
          {t('user.sign_out')}
        </button>
      </div>
      <p className="meta">{t('user.version', { version: me.version })}</p>
    </div>
  );
}

/** Here at once; on the server too, so that other devices and our mails follow. */
export async function chooseLanguage(l: Language): Promise<void> {
  localStorage.setItem('language', l);
  await changeLanguage(l);
  try {
    await api.PATCH('/api/v1/users/me', { body: { locale: l } });
    await queries.invalidateQueries({ queryKey: ['me'] });
  } catch (error) {
    toast(problemText(error), 'bad');
  }
}
