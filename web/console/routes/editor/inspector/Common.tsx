import { t } from '@shared/i18n';
import { useEffect, useRef } from 'react';
import { CheckField, SelectField } from '../../../parts';
import * as edit from '../model/edit';
import type { Field } from '../model/types';
import { personName, typeOf } from '../model/words';
import { useDraft, useEditor } from '../session';

/** Who fills in the chosen fields. */
export function Assign({ fields }: { fields: readonly Field[] }) {
  const { draft } = useEditor();
  const people = useDraft((s) => s.people);
  const values = new Set(fields.map((f) => f.recipient ?? ''));
  const value = values.size === 1 ? ([...values][0] ?? '') : 'mixed';
  const there = people.some((p) => p.id === value && p.role === 'signer');
  const assign = (who: string) => {
    edit.each(draft, (f) => ({ ...f, recipient: who || undefined }));
    if (who) draft.patch({ who });
  };
  return (
    <SelectField
      label={t('editor.filled_by')}
      value={value === 'mixed' || there ? value : ''}
      error={there || value === 'mixed' ? undefined : t('editor.check.unassigned')}
      onChange={(e) => assign(e.target.value)}
    >
      {value === 'mixed' && <option value="mixed">{t('editor.mixed')}</option>}
      {!there && value !== 'mixed' && <option value="">{t('editor.nobody')}</option>}
      {people
        .filter((p) => p.role === 'signer')
        .map((p) => (
          <option key={p.id} value={p.id}>
            {personName(p, people)}
          </option>
        ))}
    </SelectField>
  );
}

/** Whether the chosen fields must be filled in. What the server fills in needs no word. */
export function Required({ fields }: { fields: readonly Field[] }) {
  const { draft } = useEditor();
  const open = useDraft((s) => fields.some((f) => !typeOf(s, f.type)?.server_only));
  const all = fields.every((f) => f.required);
  const some = fields.some((f) => f.required);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const input = box.current?.querySelector('input');
    if (input) input.indeterminate = some && !all;
  }, [some, all]);
  if (!open) return <p className="meta">{t('editor.by_itself')}</p>;
  const onlyBoxes = fields.every((f) => f.type === 'checkbox');
  return (
    <div ref={box}>
      <CheckField
        label={t(onlyBoxes ? 'editor.must_tick' : 'editor.required')}
        checked={all}
        onChange={(e) => {
          const required = e.target.checked;
          edit.each(draft, (f) => ({ ...f, required }));
        }}
      />
    </div>
  );
}
