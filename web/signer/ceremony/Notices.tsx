import { t } from '@shared/i18n';
import { Icon } from './Icon';
import type { Sitting } from './sitting';

/** What the reader has to know about the document before anything else. */
export function Notices({ s, scanned, untagged }: { s: Sitting; scanned: boolean; untagged: boolean }) {
  return (
    <>
      {s.ended && (
        <div class="notice warn" role="alert">
          <Icon name="clock" />
          <div>
            <p>
              <strong>{t('back.title')}</strong>
            </p>
            <p>{t('back.text')}</p>
          </div>
        </div>
      )}
      {s.changed && (
        <Said text={t('changed')}>
          <button type="button" class="button quiet" onClick={() => s.settled()}>
            {t('ok')}
          </button>
        </Said>
      )}
      {s.view.waits_for_others && <Said text={t('waits')} />}
      {s.view.role !== 'signer' && <Said text={t(s.view.role === 'viewer' ? 'role.viewer' : 'role.copy')} />}
      {scanned ? <Scanned s={s} /> : untagged && <p class="visually-hidden">{t('untagged')}</p>}
    </>
  );
}

function Said({ text, children }: { text: string; children?: preact.ComponentChildren }) {
  return (
    <div class="notice" role="status">
      <p>{text}</p>
      {children}
    </div>
  );
}

function Scanned({ s }: { s: Sitting }) {
  return (
    <div class="notice warn" role="status">
      <Icon name="warn" />
      <p>
        {t('scanned')}{' '}
        {s.brand.support_url && (
          <a href={s.brand.support_url} target="_blank" rel="noreferrer">
            {t('scanned.ask')}
          </a>
        )}
      </p>
    </div>
  );
}
