import { CopyButton, QR } from '../../parts';

interface HandOverProps {
  label: string;
  /** What is handed over: a link or a key. It is shown whole, to be selected by hand where copying is refused. */
  text: string;
  qr?: { size: number; path: string };
  qrLabel?: string;
}

/** A secret to give to somebody: as text to copy, and as a code to scan where there is one. */
export function HandOver({ label, text, qr, qrLabel }: HandOverProps) {
  return (
    <div className="handed">
      <div className="field full">
        <label htmlFor="handed">{label}</label>
        <input
          id="handed"
          className="input"
          type="text"
          readOnly
          dir="ltr"
          value={text}
          onFocus={(e) => e.currentTarget.select()}
        />
      </div>
      <CopyButton text={text} />
      {qr && qrLabel && <QR qr={qr} label={qrLabel} />}
    </div>
  );
}
