import { t } from '@shared/i18n';
import type { ReactNode } from 'react';
import { may } from '../../me';
import { Empty, Page } from '../../parts';

interface ForProps {
  permission: string;
  /** Of the page that stays closed. */
  title: string;
  children: ReactNode;
}

/** A screen for those who may see it; the others are told who can help, and nothing is asked of the server. */
export function For({ permission, title, children }: ForProps) {
  if (may(permission)) return children;
  return (
    <Page title={title}>
      <Empty icon="lock" title={t('admin.closed')} text={t('admin.closed_text')} />
    </Page>
  );
}
