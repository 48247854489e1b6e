import { t } from '@shared/i18n';
import { useState } from 'react';
import { put } from '../model/edit';
import { boxOf } from '../model/place';
import { documentOf } from '../model/state';
import type { Box, Field } from '../model/types';
import { read, show, type Unit } from '../model/units';
import { useDraft, useEditor } from '../session';

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
            unit={unit}
            onChange={(points) => change(side, points)}
          />
        ))}
      </div>
    </fieldset>
  );
}

let kept: Unit = 'mm';

interface LengthProps {
  label: string;
  points: number;
  unit: Unit;
  onChange: (points: number) => void;
}

/** A length that is taken over on Enter or when one leaves it; arrows go a unit up and down. */
function Length({ label, points, unit, onChange }: LengthProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const wrong = typed !== undefined && read(typed, unit) === undefined;
  const take = (text: string | undefined) => {
    const n = text === undefined ? undefined : read(text, unit);
    setTyped(undefined);
    if (n !== undefined && show(n, unit) !== show(points, unit)) onChange(n);
  };
  const step = (by: number) => {
    const now = read(typed ?? show(points, unit), unit) ?? points;
    take(show(now + (read(String(by), unit) ?? 0), unit));
  };
  return (
    <label className="length">
      <span>{label}</span>
      <input
        className="input"
        inputMode="decimal"
        value={typed ?? show(points, unit)}
        aria-invalid={wrong || undefined}
        onChange={(e) => setTyped(e.target.value)}
        onBlur={() => take(typed)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') take(typed);
          if (e.key === 'Escape') setTyped(undefined);
          if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
          e.preventDefault();
          step((e.key === 'ArrowUp' ? 1 : -1) * (e.shiftKey ? 10 : 1));
        }}
      />
    </label>
  );
}
