import { languageNames, languages, t } from '@shared/i18n';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { CheckField, Icon, SelectField, TextField } from '../../../parts';
import { Shift } from '../documents/DocumentItem';
import type { Party } from '../model/state';
import type { Role } from '../model/types';
import { personColor, personInitials, personName } from '../model/words';
import { useArrival } from '../parts';
import { looksLikeAddress } from '../save/saver';

interface Props {
  person: Party;
  people: readonly Party[];
  place: number;
  of: number;
  ordered: boolean;
  together: boolean;
  /** Was added just now: the name is what comes next. */
  arrives: boolean;
  dragged: string | undefined;
  onDrag: (id: string | undefined) => void;
  onDropped: (id: string) => void;
  onChange: (part: Partial<Party>) => void;
  onMove: (by: 1 | -1) => void;
  onTogether: (on: boolean) => void;
  onRemove: () => void;
}

/** One recipient. */
export function PersonCard(props: Props) {
  const { person: p, people, place, of, ordered } = props;
  const [over, setOver] = useState(false);
  const [grabbed, setGrabbed] = useState(false);
  const name = personName(p, people);
  const other = props.dragged !== undefined && props.dragged !== p.id;
  const drag = {
    draggable: grabbed,
    onDragStart: () => props.onDrag(p.id),
    onDragEnd: () => {
      setGrabbed(false);
      props.onDrag(undefined);
    },
    onDragOver: (e: DragEvent) => {
      if (!other) return;
      e.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (e: DragEvent) => {
      setOver(false);
      if (!other || !props.dragged) return;
      e.preventDefault();
      props.onDropped(props.dragged);
    },
  };
  return (
    <li className={over ? 'ed-person over' : 'ed-person'} aria-label={name} data-person={p.id} {...drag}>
      <header className="person-head">
        {of > 1 && (
          // Only the grip begins a drag: elsewhere dragging selects what was typed.
          <span className="grip" onPointerDown={() => setGrabbed(true)} onPointerUp={() => setGrabbed(false)}>
            <Icon name="grip" />
          </span>
        )}
        <span className="ed-chip" style={{ background: personColor(p, people) }} aria-hidden="true">
          {personInitials(p, people)}
        </span>
        <span className="person-place">
          {ordered && p.role === 'signer'
            ? t('editor.people.place', { number: p.order })
            : t('editor.person', { number: place + 1 })}
        </span>
        {of > 1 && (
          <>
            <Shift way="up" name={name} off={place === 0} onClick={() => props.onMove(-1)} />
            <Shift way="down" name={name} off={place === of - 1} onClick={() => props.onMove(1)} />
          </>
        )}
        <button
          type="button"
          className="button quiet icon-only small"
          aria-label={t('editor.people.remove', { name })}
          onClick={props.onRemove}
        >
          <Icon name="trash" />
        </button>
      </header>
      <Contact {...props} />
      {ordered && place > 0 && p.role === 'signer' && (
        <CheckField
          label={t('editor.people.together')}
          checked={props.together}
          onChange={(e) => props.onTogether(e.target.checked)}
        />
      )}
    </li>
  );
}

function Contact({ person: p, arrives, onChange }: Props) {
  const name = useArrival<HTMLInputElement>(arrives);
  const [left, leave] = useLeft();
  const bad = left && p.email.trim() !== '' && !looksLikeAddress(p.email);
  return (
    <div className="person-fields">
      <TextField
        ref={name}
        label={t('editor.people.name')}
        value={p.name}
        maxLength={200}
        autoComplete="off"
        onChange={(e) => onChange({ name: e.target.value })}
      />
      <TextField
        label={t('editor.people.email')}
        type="email"
        inputMode="email"
        value={p.email}
        maxLength={254}
        autoComplete="off"
        spellCheck={false}
        error={bad ? t('editor.people.bad_email') : undefined}
        onChange={(e) => onChange({ email: e.target.value })}
        onBlur={() => leave(true)}
        onFocus={() => leave(false)}
      />
      <SelectField
        label={t('editor.people.role')}
        value={p.role}
        onChange={(e) => onChange({ role: e.target.value as Role })}
      >
        {(['signer', 'viewer', 'copy'] as const).map((role) => (
          <option key={role} value={role}>
            {t(`editor.role.${role}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('editor.people.language')}
        value={p.locale}
        onChange={(e) => onChange({ locale: e.target.value })}
      >
        {!languages.some((l) => l === p.locale) && (
          <option value={p.locale}>{p.locale || t('editor.people.usual_language')}</option>
        )}
        {languages.map((l) => (
          <option key={l} value={l} lang={l}>
            {languageNames[l]}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

/** Whether a box was left, told a moment late: a remark that appears under a click would move what is clicked. */
function useLeft(): [boolean, (now: boolean) => void] {
  const [left, setLeft] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const leave = (now: boolean) => {
    clearTimeout(timer.current);
    if (now) timer.current = setTimeout(() => setLeft(true), 300);
    else setLeft(false);
  };
  return [left, leave];
}
