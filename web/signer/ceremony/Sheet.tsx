import './later.css';
import { t } from '@shared/i18n';
import { placeInSnippet, snippet } from '@shared/pdf/snippet';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { FieldControl } from './FieldControl';
import { Icon } from './Icon';
import { MarkView } from './MarkView';
import type { Acts } from './PageFields';
import { reason } from './reasons';
import type { Sitting } from './sitting';
import type { Field } from './types';
import { configOf, filled, labelOf, marks } from './values';
import type { Viewer } from './viewer';

interface Props {
  s: Sitting;
  field: Field;
  viewer: Viewer | undefined;
  acts: Acts;
  onStep(by: 1 | -1): void;
  onClose(): void;
}

/** One field, large, with the piece of page around it: from below on phones, from the side when they lie. */
export default function Sheet({ s, field, viewer, acts, onStep, onClose }: Props) {
  const mine = s.mine;
  const at = mine.findIndex((f) => f.id === field.id);
  const ref = useRef<HTMLElement>(null);
  useKeyboardRoom(ref);
  useLayoutEffect(() => focusControl(ref.current, field.id), [field.id]);
  const asks = marks(field) && !filled(s.value(field.id)); // its own button comes first then
  const last = at === mine.length - 1;
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape') onClose();
  };
  return (
    <section
      ref={ref}
      class="sheet"
      aria-label={t('sheet.label', { n: at + 1, total: mine.length, label: labelOf(field) })}
      onKeyDown={keys}
    >
      <div class="sheet-head">
        <p class="meta">{t('sheet.at', { n: at + 1, total: mine.length })}</p>
        <button type="button" class="button quiet only-icon" aria-label={t('sheet.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <Snippet field={field} s={s} viewer={viewer} />
      <Entry s={s} field={field} acts={acts} onNext={() => onStep(1)} />
      <div class="sheet-foot">
        <button type="button" class="button" disabled={at <= 0} onClick={() => onStep(-1)}>
          {t('back')}
        </button>
        <button type="button" class={asks ? 'button' : 'button primary'} onClick={() => onStep(1)}>
          {t(last ? 'sheet.finish' : 'sheet.next')}
        </button>
      </div>
    </section>
  );
}

function Entry(p: { s: Sitting; field: Field; acts: Acts; onNext(): void }) {
  const { s, field } = p;
  const fault = s.faults.get(field.id);
  const control = `sheet-${field.id}`;
  const v = s.value(field.id);
  const limit = configOf(field).max_length;
  const described = [`${control}-hint`, fault && `${control}-why`].filter(Boolean).join(' ');
  return (
    <div class="field entry">
      <Heading field={field} control={control} />
      {v && typeof v === 'object' && (
        <div class="given-mark">
          <MarkView mark={v} width={300} height={90} />
        </div>
      )}
      <FieldControl
        s={s}
        field={field}
        id={control}
        describedBy={described}
        onMark={p.acts.mark}
        onNext={p.onNext}
      />
      <span class="hint" id={`${control}-hint`}>
        {t(field.required ? 'field.required' : 'field.optional')}
        {limit ? ` ${t('field.most', { n: limit })}` : ''}
      </span>
      {fault && (
        <span class="error" id={`${control}-why`} role="alert">
          {reason(fault.code, fault.detail)}
        </span>
      )}
    </div>
  );
}

/** What the field is called. The controls of marks and check boxes say it themselves: a second label would make it twice. */
function Heading({ field, control }: { field: Field; control: string }) {
  if (field.type === 'checkbox') return null;
  if (marks(field)) return <p class="label">{labelOf(field)}</p>;
  return <label for={control}>{labelOf(field)}</label>;
}

/** The piece of page around the field, as a picture: what the field is for stands there. */
function Snippet({ field, s, viewer }: { field: Field; s: Sitting; viewer: Viewer | undefined }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = ref.current;
    const page = s.doc(field.document)?.pages[field.page - 1];
    if (!host || !viewer || !page) return;
    const stop = new AbortController();
    const show = (canvas: HTMLCanvasElement) => {
      const frame = document.createElement('span');
      const at = placeInSnippet({ ...page, crop: page.crop ?? undefined }, field);
      Object.assign(frame.style, {
        left: `${100 * at.left}%`,
        top: `${100 * at.top}%`,
        width: `${100 * at.width}%`,
        height: `${100 * at.height}%`,
      });
      if (!stop.signal.aborted) host.replaceChildren(canvas, frame);
    };
    snippet(viewer.opened, field.page, field, host.clientWidth || 320, stop.signal).then(show, () => {});
    return () => stop.abort();
  }, [field, viewer, s]);
  return <div class="snippet" ref={ref} aria-hidden="true" />;
}

function focusControl(sheet: HTMLElement | null, field: string): void {
  sheet?.querySelector<HTMLElement>(`#${CSS.escape(`sheet-${field}`)}`)?.focus({ preventScroll: true });
}

/** Keeps the sheet above the keyboard of a phone that lays it over the page. */
function useKeyboardRoom(ref: { current: HTMLElement | null }): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const on = () => {
      const hidden = view.scale > 1.01 ? 0 : Math.max(0, window.innerHeight - view.height - view.offsetTop);
      ref.current?.style.setProperty('--keyboard', `${hidden}px`);
    };
    on();
    view.addEventListener('resize', on);
    view.addEventListener('scroll', on);
    return () => {
      view.removeEventListener('resize', on);
      view.removeEventListener('scroll', on);
    };
  }, [ref]);
}
