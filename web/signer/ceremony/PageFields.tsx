import { t } from '@shared/i18n';
import { toView } from '@shared/pdf/geometry';
import { FieldControl } from './FieldControl';
import { compact, useMedia, useSitting } from './hooks';
import { Icon } from './Icon';
import { MarkView } from './MarkView';
import { reason } from './reasons';
import type { Sitting } from './sitting';
import type { Doc, Field } from './types';
import { filled, inWords, labelOf, marks, mineToFill, nameOf, readValue } from './values';

export interface Acts {
  /** Gives a field its mark, by the dialog where there is none yet. */
  mark(field: Field): void;
  /** Goes on to the next field. */
  next(): void;
  /** Goes to a field. */
  open(field: Field): void;
}

interface Props {
  s: Sitting;
  doc: Doc;
  page: number;
  acts: Acts;
}

/** The fields over one page. Places are shares of the page and type sizes too, so zooming draws nothing anew. */
export function PageFields({ s, doc, page, acts }: Props) {
  useSitting(s);
  const small = useMedia(compact);
  const size = doc.pages[page - 1];
  if (!size) return null;
  const here = s.fields.filter((f) => f.document === doc.id && f.page === page);
  return (
    <>
      {here.map((f) => {
        const v = toView(size, f, 1);
        const share = (n: number, of: number) => `${(100 * n) / of}%`;
        const place = {
          left: share(v.left, size.width),
          top: share(v.top, size.height),
          width: share(v.width, size.width),
          height: share(v.height, size.height),
        };
        const type = Math.min(v.height * 0.6, 12, roomFor(s, f, v.width));
        const least = mineToFill(f) ? 8 : 5; // what is only shown may be as small as the page around it
        const one = { s, field: f, acts, width: v.width, height: v.height };
        return (
          <div
            key={f.id}
            class={classOf(s, f)}
            style={{ ...place, fontSize: `max(${(100 * type) / size.width}cqw, ${least}px)` }}
          >
            {!mineToFill(f) ? <Given {...one} /> : small ? <Marker {...one} /> : <OnPage {...one} />}
          </div>
        );
      })}
    </>
  );
}

/** The type size at which what the server fills in is not cut off: a letter is about half as wide as it is high. */
function roomFor(s: Sitting, f: Field, width: number): number {
  const length = mineToFill(f) || !f.mine ? 0 : given(s, f).length;
  return length > 0 ? (0.9 * width) / (0.55 * length) : Number.POSITIVE_INFINITY;
}

interface One {
  s: Sitting;
  field: Field;
  acts: Acts;
  width: number;
  height: number;
}

function classOf(s: Sitting, f: Field): string {
  if (!mineToFill(f)) return f.mine ? 'placed later' : 'placed others';
  const state = s.faults.has(f.id)
    ? 'faulty'
    : filled(s.value(f.id))
      ? 'full'
      : f.required
        ? 'wanted'
        : 'open';
  return `placed mine ${state}${s.current === f.id ? ' current' : ''}`;
}

/** What the server fills in, or another signer has filled in and the page shows already. */
function Given({ s, field }: One) {
  if (!field.mine) {
    const said = inWords(field, readValue(field.value));
    return <span class="visually-hidden">{t('field.by_other', { label: labelOf(field), value: said })}</span>;
  }
  return (
    <span class="given" dir="auto">
      <span class="visually-hidden">{t('field.by_server', { label: labelOf(field) })}</span>
      <span>{given(s, field)}</span>
    </span>
  );
}

/** What the server will fill in, where it is known already. */
function given(s: Sitting, f: Field): string {
  const known = f.type === 'fullname' ? s.view.name : f.type === 'email' ? s.view.email : '';
  return known || t('field.when_signing');
}

/** A field that is filled on the page. */
function OnPage(p: One) {
  const { s, field, acts } = p;
  const fault = s.faults.get(field.id);
  const id = controlId(field);
  const note = fault ? `${id}-why` : undefined;
  return (
    <>
      <span class="tag" aria-hidden="true">
        {nameOf(field)}
      </span>
      {marks(field) ? (
        <button
          type="button"
          id={id}
          class="on-page"
          aria-describedby={note}
          aria-invalid={fault ? 'true' : undefined}
          onFocus={() => s.visit(field)}
          onClick={() => acts.mark(field)}
        >
          <Inside {...p} />
        </button>
      ) : (
        <FieldControl
          s={s}
          field={field}
          id={id}
          onPage
          describedBy={note}
          onMark={acts.mark}
          onNext={acts.next}
        />
      )}
      {fault && (
        <span class="why" id={note}>
          {reason(fault.code, fault.detail)}
        </span>
      )}
    </>
  );
}

/** A field that is filled in the sheet: the page shows what it holds, and a tap opens it. */
function Marker(p: One) {
  const { s, field, acts } = p;
  return (
    <button
      type="button"
      id={controlId(field)}
      class="on-page"
      aria-invalid={s.faults.has(field.id) ? 'true' : undefined}
      onClick={() => acts.open(field)}
    >
      <Inside {...p} />
    </button>
  );
}

/** What a button over a field shows and says: label, then what it holds. */
function Inside({ s, field, width, height }: One) {
  const v = s.value(field.id);
  if (v && typeof v === 'object') {
    return (
      <>
        <MarkView mark={v} width={width} height={height} />
        <span class="visually-hidden">
          {t('field.holds', { label: labelOf(field), value: inWords(field, v) })}
        </span>
      </>
    );
  }
  if (field.type === 'checkbox') {
    return (
      <>
        {v === true && <Icon name="check" />}
        <span class="visually-hidden">
          {t('field.holds', { label: nameOf(field), value: inWords(field, v) })}
        </span>
      </>
    );
  }
  if (filled(v)) {
    return (
      <span class="text" dir="auto">
        <span class="visually-hidden">{labelOf(field)} </span>
        {inWords(field, v)}
      </span>
    );
  }
  return (
    <span class="text ask">
      {marks(field) && <Icon name="pen" />}
      <span class={marks(field) && width < 90 ? 'visually-hidden' : 'cut'}>{nameOf(field)}</span>
    </span>
  );
}

/** The id of a field's control on the page. */
export function controlId(f: Field): string {
  return `field-${f.id}`;
}
