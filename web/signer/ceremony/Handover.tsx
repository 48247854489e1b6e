import { Problem } from '@shared/api/problem';
import { t } from '@shared/i18n';
import { useEffect, useState } from 'preact/hooks';
import type { Handover as Code } from './calls';
import { Dialog } from './Dialog';
import { reasonOf } from './reasons';
import type { Sitting } from './sitting';

/** A picture of squares: its size, and the dark ones as the data of a path. */
interface Squares {
  size: number;
  path: string;
}

/** Continues on another device: a code to point a camera at. */
export default function Handover({ s, onClose }: { s: Sitting; onClose(): void }) {
  const [code, setCode] = useState<Code & { url?: string; qr?: Squares }>();
  const [fault, setFault] = useState('');
  const [round, setRound] = useState(0);
  const left = useLeft(code?.expires_at);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks for a new code
  useEffect(() => {
    setFault('');
    s.queue
      .flush()
      .then(() => s.calls.handover())
      .then(setCode, (e) => setFault(e instanceof Problem ? reasonOf(e) : t('problem.unknown')));
  }, [s, round]);
  useEffect(() => {
    const timer = setInterval(() => void s.reread(), 3000); // the sitting ends here when it goes on there
    return () => clearInterval(timer);
  }, [s]);
  const anew = () => {
    setCode(undefined);
    setRound((n) => n + 1);
  };
  const over = code !== undefined && left <= 0;
  const url = code?.url ?? (code ? `${location.origin}/continue#${code.code}` : '');
  return (
    <Dialog title={t('handover.title')} onClose={onClose}>
      <p>{t('handover.lead')}</p>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {!code && !fault && <p role="status">{t('handover.wait')}</p>}
      {code && !over && (
        <>
          {code.qr && <Qr qr={code.qr} />}
          <div class="field">
            <label for="handover-url">{t('handover.address')}</label>
            <input
              id="handover-url"
              class="input mono"
              readOnly
              dir="ltr"
              value={url}
              onFocus={(e) => e.currentTarget.select()}
            />
          </div>
          <p class="meta">{t('handover.left', { n: left })}</p>
        </>
      )}
      {over && (
        <div class="stack">
          <p role="status">{t('handover.over')}</p>
          <div>
            <button type="button" class="button primary" onClick={anew}>
              {t('handover.new')}
            </button>
          </div>
        </div>
      )}
      <p class="meta">{t('handover.note')}</p>
    </Dialog>
  );
}

/** Squares are always dark on white: cameras expect it. */
function Qr({ qr }: { qr: Squares }) {
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${qr.size} ${qr.size}`}
      role="img"
      aria-label={t('handover.qr')}
      shape-rendering="crispEdges"
    >
      <path d={qr.path} />
    </svg>
  );
}

/** Seconds until an instant, counted down. */
function useLeft(until: string | undefined): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    if (!until) return;
    set(Date.now());
    const timer = setInterval(() => set(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until ? Math.max(0, Math.ceil((new Date(until).getTime() - now) / 1000)) : 0;
}
