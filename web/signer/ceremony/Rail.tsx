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

/** A small picture of a page, there while it is near the view: long documents would fill the memory with them. */
function Thumb({ viewer, page, height }: { viewer: Viewer; page: number; height: number }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const host = ref.current;
    if (!host) return;
    let stop = new AbortController();
    const show = () => {
      stop = new AbortController();
      const canvas = document.createElement('canvas');
      host.replaceChildren(canvas);
      thumbnail(canvas, viewer.opened, page, width, stop.signal).catch(() => {});
    };
    const hide = () => {
      stop.abort();
      host.replaceChildren();
    };
    const seen = new IntersectionObserver(([e]) => (e?.isIntersecting ? show() : hide()), {
      rootMargin: '200px',
    });
    seen.observe(host);
    return () => {
      seen.disconnect();
      hide();
    };
  }, [viewer, page]);
  return <span class="thumb" ref={ref} style={{ inlineSize: `${width}px`, blockSize: `${height}px` }} />;
}
