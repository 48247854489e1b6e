import { t } from '@shared/i18n';
import { thumbnail } from '@shared/pdf/thumb';
import { useEffect, useRef, useState } from 'react';
import type { Doc } from '../model/types';
import { useDraft } from '../session';
import type { Canvas } from './canvas';

const width = 72;

/** Small pictures of the pages; only those in view are drawn. */
export function PageRail({ canvas, doc }: { canvas: Canvas; doc: Doc }) {
  const now = useDraft((s) => s.page);
  const counts = useDraft((s) => fieldsByPage(s.history.now, doc.id), sameCounts);
  const rail = useRef<HTMLElement>(null);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.children[now - 1]?.scrollIntoView({ block: 'nearest' });
  }, [now]);
  return (
    <nav className="ed-rail" aria-label={t('editor.rail')} ref={rail}>
      <ol ref={list}>
        {doc.pages.map((size, i) => {
          const page = i + 1;
          const n = counts.get(page) ?? 0;
          return (
            <li key={page}>
              <button
                type="button"
                className="ed-thumb"
                aria-current={page === now ? 'page' : undefined}
                aria-label={n > 0 ? t('editor.page_with', { page, n }) : t('editor.page', { page })}
                onClick={() => canvas.go(page)}
              >
                <Thumb canvas={canvas} page={page} ratio={size.height / size.width} rail={rail} />
                <span className="ed-thumb-number" data-text={page} />
                {n > 0 && <span className="ed-thumb-count" data-text={n} />}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

interface ThumbProps {
  canvas: Canvas;
  page: number;
  ratio: number;
  rail: React.RefObject<HTMLElement | null>;
}

function Thumb({ canvas, page, ratio, rail }: ThumbProps) {
  const box = useRef<HTMLSpanElement>(null);
  const [near, setNear] = useState(false);
  const picture = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const watch = new IntersectionObserver((entries) => setNear(entries.some((e) => e.isIntersecting)), {
      root: rail.current,
      rootMargin: '200px 0px',
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [rail]);
  useEffect(() => {
    if (!near || !picture.current) return;
    const stop = new AbortController();
    thumbnail(picture.current, canvas.pdf, page, width, stop.signal).catch(() => {}); // the page itself says what is wrong
    return () => stop.abort();
  }, [near, canvas, page]);
  return (
    <span ref={box} className="ed-thumb-page" style={{ blockSize: `${Math.round(width * ratio)}px` }}>
      {near && <canvas ref={picture} />}
    </span>
  );
}

function fieldsByPage(fields: readonly { document: string; page: number }[], document: string) {
  const counts = new Map<number, number>();
  for (const f of fields) {
    if (f.document === document) counts.set(f.page, (counts.get(f.page) ?? 0) + 1);
  }
  return counts;
}

function sameCounts(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  return a.size === b.size && [...a].every(([page, n]) => b.get(page) === n);
}
