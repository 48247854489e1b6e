import './later.css';
import { t } from '@shared/i18n';
import { thumbnail } from '@shared/pdf/thumb';
import { useEffect, useRef } from 'preact/hooks';
import type { Sitting } from './sitting';
import type { Doc } from './types';
import { mineToFill } from './values';
import type { Viewer } from './viewer';

const width = 96;

interface Props {
  s: Sitting;
  doc: Doc;
  viewer: Viewer;
  /** The page that the reader is on. */
  page: number;
}

/** Small pages to jump by. Those with fields of the reader are marked. */
export default function Rail({ s, doc, viewer, page: at }: Props) {
  return (
    <nav class="rail" aria-label={t('rail')}>
      <ol>
        {doc.pages.map((p, i) => {
          const page = i + 1;
          const mine = s.fields.filter(
            (f) => f.document === doc.id && f.page === page && mineToFill(f),
          ).length;
          return (
            <li key={page}>
              <button
                type="button"
                aria-current={at === page ? 'page' : undefined}
                onClick={() => viewer.stack.scrollTo(page)}
              >
                <Thumb viewer={viewer} page={page} height={(width * p.height) / p.width} />
                <span>
                  <span class="visually-hidden">{t('page.word')} </span>
                  {page}
                  {mine > 0 && <span class="left">{t('rail.fields', { n: mine })}</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** A small picture of a page, drawn when it comes near the view. */
function Thumb({ viewer, page, height }: { viewer: Viewer; page: number; height: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const stop = new AbortController();
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      seen.disconnect();
      thumbnail(canvas, viewer.opened, page, width, stop.signal).catch(() => {});
    });
    seen.observe(canvas);
    return () => {
      seen.disconnect();
      stop.abort();
    };
  }, [viewer, page]);
  return <canvas ref={ref} style={{ inlineSize: `${width}px`, blockSize: `${height}px` }} />;
}
