import { t } from '@shared/i18n';
import { useState } from 'react';
import { useMe } from '../../../me';
import { announce, Icon } from '../../../parts';
import type { Party } from '../model/state';
import { personName } from '../model/words';
import { Next, PanelHead } from '../parts';
import { newParty } from '../save/saver';
import { useDraft, useEditor } from '../session';
import { inOrder, isTogether, joined, numbered, shifted } from './order';
import { PersonCard } from './PersonCard';

/** Who signs, who gets a copy, and in which order. */
export function PeoplePanel() {
  const { draft } = useEditor();
  const me = useMe();
  const people = useDraft((s) => s.people);
  const details = useDraft((s) => s.details);
  const [fresh, setFresh] = useState<string | undefined>(undefined);
  const [dragged, setDragged] = useState<string | undefined>(undefined);
  const list = inOrder(people);
  const set = (next: readonly Party[]) => {
    const gone = !next.some((p) => p.id === draft.value.who);
    const who = gone ? next.find((p) => p.role === 'signer')?.id : draft.value.who;
    draft.patch({ people: next, who });
  };
  const add = (part: Partial<Party>) => {
    const p = { ...newParty((list.at(-1)?.order ?? 0) + 1), ...part };
    set([...list, p]);
    setFresh(p.id);
  };
  const shift = (from: number, to: number) => {
    const p = list[from];
    if (!p || to < 0 || to >= list.length) return;
    set(shifted(list, from, to));
    announce(t('editor.documents.moved', { name: personName(p, list), position: to + 1, of: list.length }));
  };
  const remove = (p: Party) => {
    const rest = list.filter((q) => q.id !== p.id);
    set(
      numbered(
        rest,
        rest.map((_, i) => isTogether(rest, i)),
      ),
    );
    announce(t('editor.people.removed', { name: personName(p, list) }));
  };
  const mine = list.some((p) => p.email.trim().toLowerCase() === me.user.email.toLowerCase());
  return (
    <>
      <PanelHead title={t('editor.step.people')} lead={t('editor.people.lead')} />
      <div className="panel-body">
        {list.length > 1 && <Order ordered={details.ordered} />}
        {list.length > 0 && (
          <ol className="ed-people">
            {list.map((p, i) => (
              <PersonCard
                key={p.id}
                person={p}
                people={people}
                place={i}
                of={list.length}
                ordered={details.ordered}
                together={isTogether(list, i)}
                arrives={p.id === fresh}
                dragged={dragged}
                onDrag={setDragged}
                onDropped={(id) =>
                  shift(
                    list.findIndex((q) => q.id === id),
                    i,
                  )
                }
                onChange={(part) => set(list.map((q) => (q.id === p.id ? { ...q, ...part } : q)))}
                onMove={(by) => shift(i, i + by)}
                onTogether={(on) => set(joined(list, i, on))}
                onRemove={() => remove(p)}
              />
            ))}
          </ol>
        )}
        {list.length === 0 && <p className="side-empty">{t('editor.people.empty')}</p>}
        <div className="row">
          <button type="button" className="button" onClick={() => add({})}>
            <Icon name="plus" />
            {t('editor.people.add')}
          </button>
          {!mine && (
            <button
              type="button"
              className="button quiet"
              onClick={() => add({ name: me.user.name, email: me.user.email })}
            >
              <Icon name="user" />
              {t('editor.people.add_me')}
            </button>
          )}
        </div>
      </div>
      <Next to="fields" />
    </>
  );
}

/** All at once, or one after the other. */
function Order({ ordered }: { ordered: boolean }) {
  const { draft } = useEditor();
  const set = (on: boolean) => draft.patch({ details: { ...draft.value.details, ordered: on } });
  return (
    <fieldset className="ed-segments">
      <legend>{t('editor.people.order')}</legend>
      <label>
        <input type="radio" name="editor-order" checked={!ordered} onChange={() => set(false)} />
        <span>{t('editor.people.at_once')}</span>
      </label>
      <label>
        <input type="radio" name="editor-order" checked={ordered} onChange={() => set(true)} />
        <span>{t('editor.people.in_order')}</span>
      </label>
    </fieldset>
  );
}
