import { t } from '@shared/i18n';
import { Icon } from '../../../parts';
import { select } from '../model/edit';
import { tabOrder } from '../model/order';
import { sameList } from '../model/store';
import type { Field } from '../model/types';
import { personColor, personInitials, personName, typeName } from '../model/words';
import { useDraft, useEditor } from '../session';
import { typeIcon } from './Palette';

/** All fields in the order in which a recipient comes to them. */
export function FieldList() {
  const fields = useDraft((s) => tabOrder(s.history.now, s.documents), sameList);
  return (
    <aside className="ed-side" aria-labelledby="field-list">
      <header className="side-head">
        <h2 id="field-list">{t('editor.list')}</h2>
        {fields.length > 0 && <span className="meta">{t('editor.list.count', { n: fields.length })}</span>}
      </header>
      <div className="panel-body">
        {fields.length === 0 ? (
          <p className="side-empty">{t('editor.list.empty')}</p>
        ) : (
          <>
            <p className="meta">{t('editor.list.order')}</p>
            <ol className="field-list">
              {fields.map((f) => (
                <Row key={f.key} field={f} />
              ))}
            </ol>
          </>
        )}
      </div>
    </aside>
  );
}

function Row({ field }: { field: Field }) {
  const session = useEditor();
  const people = useDraft((s) => s.people);
  const several = useDraft((s) => s.documents.length > 1);
  const doc = useDraft((s) => s.documents.find((d) => d.id === field.document)?.name);
  const person = people.find((p) => p.id === field.recipient);
  const label = typeof field.config.label === 'string' && field.config.label;
  const go = () => {
    show(session, field);
    select(session.draft, [field.key]);
  };
  return (
    <li>
      <button type="button" className="field-row" onClick={go}>
        <Icon name={typeIcon(field.type)} />
        <span className="field-row-text">
          <span>{label || typeName(field.type)}</span>
          <span className="meta">
            {several
              ? t('editor.list.where_in', { page: field.page, document: doc ?? '' })
              : t('editor.page', { page: field.page })}
          </span>
        </span>
        <span className="visually-hidden">{personName(person, people)}</span>
        <span
          className="ed-chip small"
          style={{ background: personColor(person, people) }}
          aria-hidden="true"
        >
          {personInitials(person, people)}
        </span>
      </button>
    </li>
  );
}

/** Brings a field before the eyes, in another document too. */
export function show(session: ReturnType<typeof useEditor>, field: Field): void {
  const { draft, canvas } = session;
  if (draft.value.document === field.document) {
    canvas.value?.reveal(field);
    return;
  }
  draft.patch({ document: field.document });
  // The other document's pages come with the next drawing.
  const stop = canvas.subscribe(() => {
    if (!canvas.value) return;
    stop();
    canvas.value.reveal(field);
  });
}
