import { initials } from '@shared/format';
import { t } from '@shared/i18n';
import { may, useMe } from '../../me';
import { Dialog, ErrorNote, Icon, Notice } from '../../parts';
import { copiesKept, isSame, isTheirTurn, nameOf, toHandOver } from './next';
import type { Envelope, Recipient } from './queries';
import { LinkCard, useReveal } from './RevealDialog';
import { SignNow } from './SignNow';

/** Whether somebody besides the reader has a link to be given. */
export function needsHandOver(e: Envelope, reader: string): boolean {
  return toHandOver(e).some((r) => !isSame(r.email, reader));
}

/** Each person's link, to be handed over where nothing is mailed. A link is made when it is asked for, not before. */
export function HandOver({ e, open, onClose }: { e: Envelope; open: boolean; onClose: () => void }) {
  const footer = (
    <button type="button" className="button primary" onClick={onClose}>
      {t('handover.done')}
    </button>
  );
  const later = e.recipients.some((r) => r.state === 'waiting' && r.role !== 'copy');
  return (
    <Dialog open={open} onClose={onClose} title={t('handover.title')} footer={footer} wide>
      <div className="stack">
        <p>{t(copiesKept(e).length > 0 ? 'handover.copies_text' : 'handover.text')}</p>
        {may('links:reveal') ? (
          <p className="meta">{t('reveal.evidence')}</p>
        ) : (
          <Notice tone="warn">
            <p>{t('handover.may_not')}</p>
          </Notice>
        )}
        <ul className="people">
          {toHandOver(e).map((r) => (
            <One key={r.id} e={e} r={r} place={e.recipients.indexOf(r)} />
          ))}
        </ul>
        {later && <p className="meta">{t('handover.later')}</p>}
      </div>
    </Dialog>
  );
}

function One({ e, r, place }: { e: Envelope; r: Recipient; place: number }) {
  const me = useMe();
  const reveal = useReveal(e, r);
  const own = isTheirTurn(e, r) && isSame(r.email, me.user.email);
  return (
    <li className="person handover">
      <span className={`initials who-${place % 8}`} aria-hidden="true">
        {initials(nameOf(r))}
      </span>
      <div className="grow stack tight">
        <div className="row spread">
          <div>
            <strong>{nameOf(r)}</strong>
            <div className="meta">{r.name ? r.email : ''}</div>
          </div>
          {own && <SignNow envelope={e} recipient={r} />}
          {!own && !reveal.data && may('links:reveal') && (
            <button
              type="button"
              className="button"
              disabled={reveal.isPending}
              onClick={() => reveal.mutate()}
            >
              <Icon name="qr" />
              {t('handover.show')}
              <span className="visually-hidden">: {nameOf(r)}</span>
            </button>
          )}
        </div>
        {reveal.data && <LinkCard link={reveal.data} name={nameOf(r)} />}
        {reveal.error && <ErrorNote error={reveal.error} />}
      </div>
    </li>
  );
}
