import { t } from '@shared/i18n';
import { announce } from '../../../parts';
import { change } from '../model/edit';
import { documentOf, newKey, type State } from '../model/state';
import type { Field } from '../model/types';
import { useDraft, useEditor } from '../session';

const ours: { [formType: string]: string } = { Tx: 'text', Btn: 'checkbox' };

/** A PDF that brought form fields along can be filled in by those: nothing has to be placed. */
export function FormFields() {
  const { draft } = useEditor();
  const n = useDraft((s) => takable(s).length);
  if (n === 0) return null;
  const take = () => {
    const s = draft.value;
    const fields = takable(s);
    change(draft, [...s.history.now, ...fields]);
    announce(t('editor.said.added', { n: fields.length }));
  };
  return (
    <div className="card stack">
      <p>{t('editor.form.found', { n })}</p>
      <button type="button" className="button" onClick={take}>
        {t('editor.form.take')}
      </button>
    </div>
  );
}

/** The form fields of the document that shows which no field of ours stands for yet. */
function takable(s: State): Field[] {
  const doc = documentOf(s, s.document);
  if (!doc) return [];
  const taken = new Set(s.history.now.filter((f) => f.document === doc.id).map((f) => f.existing));
  return doc.form_fields.flatMap((form) => {
    const type = form.type === 'Sig' && doc.signed_upload ? 'signature' : ours[form.type];
    const crop = doc.pages[form.page - 1]?.crop;
    const [llx, lly, urx, ury] = form.rect ?? [];
    if (!type || !crop || taken.has(form.name) || llx === undefined || lly === undefined) return [];
    if (urx === undefined || ury === undefined || (form.type === 'Sig' && !form.empty)) return [];
    return [
      {
        key: newKey(),
        document: doc.id,
        page: form.page,
        x: llx - (crop[0] ?? 0),
        y: lly - (crop[1] ?? 0),
        width: urx - llx,
        height: ury - lly,
        type,
        recipient: s.who,
        required: false,
        config: {},
        existing: form.name,
      },
    ];
  });
}
