import { t } from '@shared/i18n';
import { announce, Icon } from '../../../parts';
import * as edit from '../model/edit';
import { chosen, documentOf } from '../model/state';
import { sameList } from '../model/store';
import type { Field } from '../model/types';
import { fieldName, typeName } from '../model/words';
import { useDraft, useEditor } from '../session';
import { Arrange } from './Arrange';
import { Assign, Required } from './Common';
import { FieldList } from './FieldList';
import { typeIcon } from './Palette';
import { Position } from './Position';
import { Settings } from './Settings';

/** At the end of the workbench: what is chosen, or all fields in the order in which one comes to them. */
export function Inspector() {
  const fields = useDraft(chosen, sameList);
  const [one, ...more] = fields;
  if (!one) return <FieldList />;
  return more.length > 0 ? <Several fields={fields} /> : <One field={one} />;
}

function One({ field }: { field: Field }) {
  const name = useDraft((s) => fieldName(s, field));
  return (
    <aside className="ed-side" aria-label={t('editor.chosen')}>
      <SideHead title={typeName(field.type)} field={field} />
      <div className="panel-body" key={field.key}>
        <p className="visually-hidden">{name}</p>
        <Assign fields={[field]} />
        <Required fields={[field]} />
        <Settings field={field} />
        {!field.existing && <Position field={field} />}
        <Actions one />
      </div>
    </aside>
  );
}

function Several({ fields }: { fields: readonly Field[] }) {
  return (
    <aside className="ed-side" aria-label={t('editor.chosen')}>
      <SideHead title={t('editor.several', { n: fields.length })} />
      <div className="panel-body">
        <Assign fields={fields} />
        <Required fields={fields} />
        <Arrange fields={fields} />
        <Actions />
      </div>
    </aside>
  );
}

function SideHead({ title, field }: { title: string; field?: Field }) {
  const { draft } = useEditor();
  return (
    <header className="side-head">
      {field && <Icon name={typeIcon(field.type)} />}
      <h2>{title}</h2>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={t('editor.unchoose')}
        title={t('editor.unchoose')}
        onClick={() => edit.select(draft, [])}
      >
        <Icon name="x" />
      </button>
    </header>
  );
}

function Actions({ one }: { one?: boolean }) {
  const { draft, canvas } = useEditor();
  const pages = useDraft((s) => documentOf(s, s.document)?.page_count ?? 1);
  const copy = () => {
    const made = edit.duplicate(draft);
    announce(t('editor.said.added', { n: made.length }));
    if (made[0]) canvas.value?.reveal(made[0]);
  };
  const everywhere = () => announce(t('editor.said.added', { n: edit.toAllPages(draft) }));
  const remove = () => announce(t('editor.said.removed', { n: edit.remove(draft) }));
  return (
    <div className="side-actions">
      <button type="button" className="button" aria-keyshortcuts="Control+D" onClick={copy}>
        <Icon name="duplicate" />
        {t('editor.duplicate')}
      </button>
      {one && pages > 1 && (
        <button type="button" className="button" onClick={everywhere}>
          <Icon name="rows" />
          {t('editor.all_pages')}
        </button>
      )}
      <button type="button" className="button danger" aria-keyshortcuts="Delete" onClick={remove}>
        <Icon name="trash" />
        {t('editor.remove')}
      </button>
    </div>
  );
}
