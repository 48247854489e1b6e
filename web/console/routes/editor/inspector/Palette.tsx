import { t } from '@shared/i18n';
import { type PointerEvent, useRef } from 'react';
import { announce, Icon, type IconName } from '../../../parts';
import { carryTo, ghostOf } from '../canvas/ghost';
import * as edit from '../model/edit';
import { signers } from '../model/state';
import type { FieldType } from '../model/types';
import { personColor, personInitials, personName, typeName, whereIs } from '../model/words';
import { Next, PanelHead } from '../parts';
import { useDraft, useEditor } from '../session';
import { FormFields } from './FormFields';

const icons: { [type: string]: IconName } = {
  signature: 'signature',
  initials: 'initials',
  fullname: 'user',
  datesigned: 'date',
  text: 'text',
  checkbox: 'checkbox',
  email: 'mail',
  dropdown: 'select',
};

export function typeIcon(type: string): IconName {
  return icons[type] ?? 'text';
}

/** The kinds of field, to be dragged to a page, or chosen and clicked there, or added by Enter. */
export function Palette() {
  const types = useDraft((s) => s.types);
  return (
    <>
      <PanelHead title={t('editor.step.fields')} lead={t('editor.palette.lead')} />
      <div className="panel-body">
        <For />
        <ul className="palette">
          {types.map((type) => (
            <li key={type.name}>
              <Kind type={type} />
            </li>
          ))}
        </ul>
        <FormFields />
      </div>
      <Next to="send" />
    </>
  );
}

/** For whom the next fields are. */
function For() {
  const { draft } = useEditor();
  const people = useDraft((s) => s.people);
  const all = useDraft(signers, (a, b) => a.length === b.length && a.every((p, i) => p === b[i]));
  const who = useDraft((s) => s.who);
  if (all.length === 0) {
    return (
      <p className="meta">
        {t('editor.palette.no_signer')}{' '}
        <button type="button" className="link" onClick={() => draft.patch({ step: 'people' })}>
          {t('editor.palette.add_signer')}
        </button>
      </p>
    );
  }
  return (
    <fieldset className="for">
      <legend>{t('editor.palette.for')}</legend>
      {all.map((p) => (
        <label key={p.id} className="for-one">
          <input
            type="radio"
            name="editor-for"
            checked={p.id === who}
            onChange={() => draft.patch({ who: p.id })}
          />
          <span className="ed-chip" style={{ background: personColor(p, people) }} aria-hidden="true">
            {personInitials(p, people)}
          </span>
          <span className="for-name">{personName(p, people)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Kind({ type }: { type: FieldType }) {
  const { draft, canvas } = useEditor();
  const armed = useDraft((s) => s.tool === type.name);
  const dragged = useRef(false);
  const press = (e: PointerEvent<HTMLButtonElement>) => {
    dragged.current = false;
    if (e.button !== 0 || e.pointerType === 'touch') return;
    carry(
      e.nativeEvent,
      () => ghostOf(type.name, draft, canvas.value?.zoom.value.scale ?? 1),
      (x, y) => {
        dragged.current = true;
        draft.patch({ tool: undefined });
        canvas.value?.dropNew(type.name, x, y);
      },
    );
  };
  // A click without a pointer is a key, or a screen reader: there is no second click to come.
  const choose = (detail: number) => {
    if (dragged.current) {
      dragged.current = false;
      return;
    }
    if (detail === 0) return addInMiddle();
    draft.patch({ tool: armed ? undefined : type.name });
    announce(t(armed ? 'editor.said.disarmed' : 'editor.said.armed', { type: typeName(type.name) }));
  };
  const addInMiddle = () => {
    const s = draft.value;
    const field = s.document && edit.add(draft, type.name, { document: s.document, page: s.page });
    if (!field) return;
    const doc = s.documents.find((d) => d.id === field.document);
    announce(
      t('editor.said.placed', { type: typeName(type.name), page: field.page, ...whereIs(doc, field) }),
    );
    canvas.value?.reveal(field);
  };
  return (
    <button
      type="button"
      className="kind"
      aria-pressed={armed}
      onPointerDown={press}
      onClick={(e) => choose(e.detail)}
    >
      <Icon name={typeIcon(type.name)} />
      <span>{typeName(type.name)}</span>
    </button>
  );
}

/** Carries a new field under the pointer until it is let go over a page. */
function carry(
  down: globalThis.PointerEvent,
  make: () => HTMLElement,
  drop: (x: number, y: number) => void,
): void {
  let ghost: HTMLElement | undefined;
  const move = (e: globalThis.PointerEvent) => {
    if (!ghost && Math.hypot(e.clientX - down.clientX, e.clientY - down.clientY) < 4) return;
    ghost ??= make();
    carryTo(ghost, e);
  };
  const stop = () => {
    ghost?.remove();
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', stop);
    window.removeEventListener('keydown', key);
  };
  const up = (e: globalThis.PointerEvent) => {
    const was = ghost;
    stop();
    if (was) drop(e.clientX, e.clientY);
  };
  const key = (e: KeyboardEvent) => e.key === 'Escape' && stop();
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', stop);
  window.addEventListener('keydown', key);
}
