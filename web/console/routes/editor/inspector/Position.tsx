import { t } from '@shared/i18n';
import type { PageSize } from '@shared/pdf/geometry';
import { type KeyboardEvent, useId, useState } from 'react';
import { put } from '../model/edit';
import { boxOf, clamp, minSide } from '../model/place';
import { documentOf } from '../model/state';
import type { Box, Field } from '../model/types';
import { read, show, type Unit } from '../model/units';
import { useDraft, useEditor } from '../session';

/** Inputs show tenths of a unit: as much may be missing at an end. */
const hair = 0.2;

const sides = ['left', 'top', 'width', 'height'] as const;

/** Place and size in numbers, from the upper left of the page. */
export function Position({ field }: { field: Field }) {
  const { draft } = useEditor();
  const [unit, setUnit] = useState<Unit>(kept);
  const page = useDraft((s) => documentOf(s, field.document)?.pages[field.page - 1]);
  if (!page) return null;
  const box = boxOf(page, field);
  const change = (side: keyof Box, points: number) =>
    put(draft, new Map([[field.key, { ...box, [side]: points }]]));
  const use = (u: Unit) => {
    kept = u;
    setUnit(u);
  };
  return (
    <fieldset className="position">
      <legend>{t('editor.position')}</legend>
      <div className="units">
        {(['mm', 'pt'] as const).map((u) => (
          <label key={u}>
            <input type="radio" name="editor-unit" checked={unit === u} onChange={() => use(u)} />
            <span>{t(`editor.unit.${u}`)}</span>
          </label>
        ))}
      </div>
      <div className="position-grid">
        {sides.map((side) => (
          <Length
            key={`${side} ${unit}`}
            label={t(`editor.side.${side}`)}
            points={box[side]}
            range={rangeOf(side, box, page)}
            unit={unit}
            onChange={(points) => change(side, points)}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** Within what a side may be, so that the field stays on its page. */
function rangeOf(side: keyof Box, box: Box, page: PageSize): [number, number] {
  switch (side) {
    case 'left':
      return [0, page.width - box.width];
    case 'top':
      return [0, page.height - box.height];
    case 'width':
      return [minSide, page.width];
    case 'height':
      return [minSide, page.height];
  }
}

let kept: Unit = 'mm';

interface LengthProps {
  label: string;
  points: number;
  range: readonly [number, number];
  unit: Unit;
  onChange: (points: number) => void;
}

/** A length that is taken over on Enter or when one leaves it; arrows go a unit up and down. */
function Length({ label, points, range: [least, most], unit, onChange }: LengthProps) {
  const [typed, setTyped] = useState<{ text: string; over: number } | undefined>(undefined);
  const error = useId();
  // What was typed counts until the field is changed in another way.
  const text = typed?.over === points ? typed.text : undefined;
  const fits = (n: number) => n >= least - hair && n <= most + hair;
  const wrong = text !== undefined && !fits(read(text, unit) ?? Number.NaN);
  const take = (now: string | undefined) => {
    const n = now === undefined ? undefined : read(now, unit);
    if (now !== undefined && (n === undefined || !fits(n))) return setTyped({ text: now, over: points });
    setTyped(undefined);
    if (n !== undefined && show(n, unit) !== show(points, unit)) onChange(n);
  };
  const step = (by: number) => {
    const now = (text === undefined ? points : read(text, unit)) ?? points;
    take(show(clamp(now + (read(String(by), unit) ?? 0), least, most), unit));
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Enter') take(text);
    if (e.key === 'Escape') setTyped(undefined);
    if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
    e.preventDefault();
    step((e.key === 'ArrowUp' ? 1 : -1) * (e.shiftKey ? 10 : 1));
  };
  return (
    <div className="length">
      <label>
        <span>{label}</span>
        <input
          className="input"
          inputMode="decimal"
          value={text ?? show(points, unit)}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? error : undefined}
          onChange={(e) => setTyped({ text: e.target.value, over: points })}
          onBlur={() => take(text)}
          onKeyDown={keys}
        />
      </label>
      <p id={error} className="error" role="status">
        {wrong && t('editor.between', { least: show(least, unit), most: show(most, unit) })}
      </p>
    </div>
  );
}
