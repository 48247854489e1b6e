import { dateTime, grouped, relative } from '@shared/format';
import { t } from '@shared/i18n';
import { useEffect, useState } from 'react';
import { Icon } from './icons';
import { announce } from './say';

/** Copies a text, and says so on the button and to screen readers. */
export function CopyButton({ text, label, quiet }: { text: string; label?: string; quiet?: boolean }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    const copied = await write(text);
    setDone(copied);
    announce(t(copied ? 'parts.copied' : 'parts.not_copied'));
  };
  return (
    <button type="button" className={quiet ? 'button quiet' : 'button'} onClick={copy}>
      <Icon name={done ? 'check' : 'copy'} />
      {done ? t('parts.copied') : (label ?? t('parts.copy'))}
    </button>
  );
}

/** False where the browser does not let pages write the clipboard (plain http, no permission). */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A digest in groups of four, to be compared by eye, and a button that copies it whole. */
export function Digest({ hex, label }: { hex: string; label?: string }) {
  return (
    <span className="digest">
      <code>{grouped(hex)}</code>
      <CopyButton text={hex} quiet {...(label ? { label } : {})} />
    </span>
  );
}

/** An instant in the reader's zone, with how far away it is. */
export function Time({ at, near = true }: { at: string; near?: boolean }) {
  return (
    <time dateTime={at} className="time">
      {dateTime(at)}
      {near && <span className="meta"> {relative(at)}</span>}
    </time>
  );
}

/** A code to scan. It stays dark on white in both themes, as cameras want it. */
export function QR({ qr, label }: { qr: { size: number; path: string }; label: string }) {
  return (
    <svg className="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={label}>
      <path d={qr.path} shapeRendering="crispEdges" />
    </svg>
  );
}
