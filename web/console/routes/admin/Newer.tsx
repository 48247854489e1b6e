import { t } from '@shared/i18n';
import { useEffect } from 'react';
import { announce, Notice } from '../../parts';

export interface Theirs {
  label: string;
  value: string;
}

/** Says that somebody else saved meanwhile, and what of theirs stands against what was typed here. */
export function Newer({ shown, theirs }: { shown: boolean; theirs: Theirs[] }) {
  const text = t(theirs.length > 0 ? 'admin.newer' : 'admin.newer_other');
  useEffect(() => {
    if (shown) announce(text);
  }, [shown, text]);
  if (!shown) return null;
  return (
    <Notice tone="warn">
      <p>{text}</p>
      {theirs.length > 0 && (
        <ul>
          {theirs.map(({ label, value }) => (
            <li key={label}>{t('admin.newer_value', { label, value: value || t('admin.newer_empty') })}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
