import './reach.css';
import { t } from '@shared/i18n';
import { Notice } from '../../parts';

/** Says that a link of this host opens on no other device, and how to serve others. */
export function LocalOnly({ host }: { host: string }) {
  return (
    <Notice tone="warn">
      <p>{t('reach.local', { host })}</p>
      <p>{t('reach.how')}</p>
      <pre className="reach-command" dir="ltr">
        {'consigil serve --listen 0.0.0.0:8321 \\\n  --public-url URL'}
      </pre>
    </Notice>
  );
}
