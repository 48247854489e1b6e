import { t } from '@shared/i18n';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Icon } from './icons';
import { LiveRegion } from './say';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/** A modal dialog of the platform: it keeps the focus inside, closes on Esc and gives the focus back. */
export function Dialog({ open, onClose, title, children, footer, wide }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const label = useId();
  useLayoutEffect(() => {
    const el = box.current;
    if (!open || !el) return;
    el.showModal();
    enter(el);
    return () => el.close();
  }, [open]);
  return (
    <dialog
      ref={box}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={label}
      onCancel={(e) => {
        if (e.target !== e.currentTarget) return;
        e.preventDefault();
        onClose();
      }}
    >
      {open && (
        <>
          <header className="dialog-head">
            <h2 id={label}>{title}</h2>
            <button type="button" className="button quiet icon-only" onClick={onClose}>
              <Icon name="x" />
              <span className="visually-hidden">{t('parts.close')}</span>
            </button>
          </header>
          <div className="dialog-body">{children}</div>
          {footer && <footer className="dialog-foot">{footer}</footer>}
          <LiveRegion />
        </>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  open: boolean;
  title: string;
  text: ReactNode;
  /** The verb on the button that does it. */
  action: string;
  danger?: boolean;
  busy?: boolean;
  error?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that is hard to take back. */
export function Confirm({
  open,
  title,
  text,
  action,
  danger,
  busy,
  error,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('parts.cancel')}
      </button>
      <button
        type="button"
        className={danger ? 'button danger' : 'button primary'}
        onClick={onConfirm}
        disabled={busy}
      >
        {action}
      </button>
    </>
  );
  return (
    <Dialog open={open} onClose={onClose} title={title} footer={footer}>
      <div className="stack">
        {typeof text === 'string' ? <p>{text}</p> : text}
        {error}
      </div>
    </Dialog>
  );
}

/** Where to begin: the first control of the body, else the first of the foot; the cross is the last resort. */
function enter(box: HTMLDialogElement) {
  const body = box.querySelector<HTMLElement>('.dialog-body');
  if (body && body.scrollHeight > body.clientHeight) body.tabIndex = 0;
  const controls = ':is(input, select, textarea, button, a[href]):not(:disabled, [readonly])';
  const first =
    box.querySelector<HTMLElement>(`.dialog-body ${controls}`) ??
    box.querySelector<HTMLElement>(`.dialog-foot ${controls}`);
  first?.focus();
}
