import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import SignaturePad, { type PointGroup } from 'signature_pad';
import type { Stroke } from './types';

/** The width to which strokes are kept: the area's own width changes when a phone is turned. */
const unit = 600;

/** An area to draw in. Strokes are kept as points and drawn anew at every size. */
export function Draw({ strokes, onStrokes }: { strokes: Stroke[]; onStrokes(s: Stroke[]): void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePad>(null);
  const kept = useRef(strokes);
  const report = useRef(onStrokes);
  const [blocked, setBlocked] = useState(false);
  report.current = onStrokes;
  useEffect(() => {
    const c = canvas.current;
    if (!c) return;
    if (!c.getContext('2d')) return setBlocked(true);
    const p = new SignaturePad(c, { minWidth: 1.6, maxWidth: 1.6, penColor: '#000', throttle: 0 });
    pad.current = p;
    p.addEventListener('endStroke', () => {
      kept.current = read(p, c);
      report.current(kept.current);
    });
    const observer = new ResizeObserver(() => lay(p, c, kept.current));
    observer.observe(c);
    return () => {
      observer.disconnect();
      p.off();
    };
  }, []);
  const change = (next: Stroke[]) => {
    kept.current = next;
    if (pad.current && canvas.current) lay(pad.current, canvas.current, next);
    report.current(next);
  };
  if (blocked) return <p class="notice warn">{t('adopt.draw_blocked')}</p>;
  const none = strokes.length === 0;
  return (
    <>
      <p id="draw-hint">{t('adopt.draw_hint')}</p>
      <canvas
        ref={canvas}
        class="draw"
        role="img"
        aria-label={t('adopt.draw_area')}
        aria-describedby="draw-hint"
      />
      <div class="row">
        <button type="button" class="button" disabled={none} onClick={() => change(strokes.slice(0, -1))}>
          {t('adopt.undo')}
        </button>
        <button type="button" class="button" disabled={none} onClick={() => change([])}>
          {t('adopt.clear')}
        </button>
      </div>
    </>
  );
}

function read(p: SignaturePad, c: HTMLCanvasElement): Stroke[] {
  const scale = unit / (c.clientWidth || unit);
  return p.toData().map((g) => g.points.map((q): [number, number] => [q.x * scale, q.y * scale]));
}

/** Gives the canvas its real pixels, and draws what was drawn before at the new size. */
function lay(p: SignaturePad, c: HTMLCanvasElement, strokes: Stroke[]): void {
  const ratio = Math.max(1, window.devicePixelRatio);
  c.width = Math.round(c.clientWidth * ratio);
  c.height = Math.round(c.clientHeight * ratio);
  c.getContext('2d')?.scale(ratio, ratio);
  p.clear();
  const scale = (c.clientWidth || unit) / unit;
  p.fromData(strokes.map((s) => group(p, s, scale)));
}

function group(p: SignaturePad, s: Stroke, scale: number): PointGroup {
  return {
    penColor: p.penColor,
    dotSize: p.dotSize,
    minWidth: p.minWidth,
    maxWidth: p.maxWidth,
    velocityFilterWeight: p.velocityFilterWeight,
    compositeOperation: p.compositeOperation,
    points: s.map(([x, y], i) => ({ x: x * scale, y: y * scale, pressure: 0.5, time: i * 10 })),
  };
}
