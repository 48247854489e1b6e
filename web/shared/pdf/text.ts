/** The real text of a page, over its picture: it can be read out, selected, searched and copied. */
import type { PDFPageProxy } from 'pdfjs-dist';
import { engine } from './engine';
import { applyTags, setPlace, type Tag } from './tags';

/** Lays the text of a page into a fresh element that scales with --pdf-scale. `chars` is 0 for a scan. */
export async function textOf(
  page: PDFPageProxy,
  shown: { width: number },
  signal: AbortSignal,
): Promise<{ layer: HTMLElement; chars: number }> {
  const { pdfjs } = await engine();
  const viewport = page.getViewport({ scale: 1 });
  const [content, tree, annotations] = await Promise.all([
    page.getTextContent({ includeMarkedContent: true }),
    page.getStructTree().catch(() => null),
    page.getAnnotations().catch(() => []),
  ]);
  signal.throwIfAborted();
  const layer = document.createElement('div');
  layer.className = 'pdf-text';
  // A page may count in units of its own (/UserUnit); the place that it is given rules.
  const raw = viewport.rotation % 180 === 0 ? rawWidth(page) : rawHeight(page);
  layer.style.setProperty('--pdf-unit', String(shown.width / raw));
  const text = new pdfjs.TextLayer({ textContentSource: content, container: layer, viewport });
  signal.addEventListener('abort', () => text.cancel(), { once: true });
  await text.render();
  if (tree) applyTags(layer, tree as Tag, page.view);
  layer.append(...valuesOf(annotations, page.view));
  const chars = text.textContentItemsStr.reduce((n, s) => n + s.trim().length, 0);
  return { layer, chars };
}

interface Widget {
  fieldType?: string;
  fieldValue?: unknown;
  rect?: number[];
  hidden?: boolean;
}

/** What others have filled in: pictures to pdf.js, so their words are added where they stand. */
function valuesOf(annotations: Widget[], view: readonly number[]): HTMLElement[] {
  return annotations.flatMap((a) => {
    const words = wordsOf(a);
    if (!words || !a.rect || a.hidden) return [];
    const el = document.createElement('span');
    el.className = 'pdf-value';
    el.textContent = words;
    el.dir = 'auto';
    setPlace(el, a.rect, view);
    return [el];
  });
}

function wordsOf(a: Widget): string {
  if (typeof a.fieldValue !== 'string') return '';
  if (a.fieldType === 'Tx' || a.fieldType === 'Ch') return a.fieldValue.trim();
  return a.fieldType === 'Btn' && a.fieldValue !== 'Off' && a.fieldValue !== '' ? '✓' : '';
}

function rawWidth(page: PDFPageProxy): number {
  return (page.view[2] ?? 0) - (page.view[0] ?? 0);
}

function rawHeight(page: PDFPageProxy): number {
  return (page.view[3] ?? 0) - (page.view[1] ?? 0);
}
