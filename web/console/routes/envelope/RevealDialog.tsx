import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { CopyButton, Dialog, ErrorNote, Icon, Notice, QR, Time } from '../../parts';
import { LocalOnly } from '../reach/LocalOnly';
import { localHost } from '../reach/local';
import { nameOf } from './next';
import type { Envelope, Recipient } from './queries';

type Revealed = Schemas['RevealedLink'];

/** Asks for a recipient's link. Each asking makes a new link and ends the one before. */
export function useReveal(e: Envelope, r: Recipient) {
  return useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/envelopes/{envelope}/recipients/{recipient}/link', {
          params: { path: { envelope: e.id, recipient: r.id } },
        }),
      ),
  });
}

/** Says what showing a link means, and shows it only then. */
export function RevealDialog({
  e,
  r,
  open,
  onClose,
}: {
  e: Envelope;
  r: Recipient;
  open: boolean;
  onClose: () => void;
}) {
  const reveal = useReveal(e, r);
  const close = () => {
    reveal.reset();
    onClose();
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={close}>
        {t(reveal.data ? 'parts.close' : 'parts.cancel')}
      </button>
      {!reveal.data && (
        <button
          type="button"
          className="button primary"
          disabled={reveal.isPending}
          onClick={() => reveal.mutate()}
        >
          {t('reveal.show')}
        </button>
      )}
    </>
  );
  return (
    <Dialog open={open} onClose={close} title={t('reveal.title', { name: nameOf(r) })} footer={footer}>
      <div className="stack">
        {reveal.data ? (
          <LinkCard link={reveal.data} name={nameOf(r)} />
        ) : (
          <>
            <p>{t('reveal.text', { name: nameOf(r) })}</p>
            <Notice tone="warn">
              <p>{t('reveal.evidence')}</p>
              <p>{t('reveal.ends')}</p>
            </Notice>
          </>
        )}
        {reveal.error && <ErrorNote error={reveal.error} />}
      </div>
    </Dialog>
  );
}

/** A link to hand over: to copy, to scan where other devices can open it, to open on this very device. */
export function LinkCard({ link, name }: { link: Revealed; name: string }) {
  const local = localHost(link.url);
  return (
    <div className="linkcard">
      {!local && <QR qr={link.qr} label={t('reveal.qr', { name })} />}
      <div className="stack tight">
        {local && <LocalOnly host={local} />}
        <p>{t(local ? 'reveal.hand_local' : 'reveal.hand', { name })}</p>
        <code className="linktext">{link.url}</code>
        <div className="row">
          <CopyButton text={link.url} label={t('reveal.copy')} />
          <a className="button quiet" href={link.url} target="_blank" rel="noreferrer">
            <Icon name="external" />
            {t('reveal.here')}
          </a>
        </div>
        <p className="meta">
          {t('reveal.until')} <Time at={link.expires_at} near={false} />
        </p>
      </div>
    </div>
  );
}
