import { show } from '../inspector/FieldList';
import type { Target } from '../model/checks';
import { select } from '../model/edit';
import type { Session } from '../session';

/** Leads to what a remark is about. */
export function jump(session: Session, target: Target): void {
  const { draft } = session;
  draft.patch({ step: target.step, tool: undefined });
  const field = draft.value.history.now.find((f) => f.key === target.field);
  if (field) {
    select(draft, [field.key]);
    requestAnimationFrame(() => show(session, field));
    return;
  }
  if (target.step === 'fields' && target.person) draft.patch({ who: target.person });
  if (target.document) draft.patch({ document: target.document });
  arrive(placeOf(target));
}

/** Puts the focus on an element as soon as there is one: a step's panel may still have to be fetched. */
function arrive(place: string, until = performance.now() + 2000): void {
  requestAnimationFrame((now) => {
    const el = document.querySelector<HTMLElement>(place);
    if (el) el.focus();
    else if (now < until) arrive(place, until);
  });
}

function placeOf(target: Target): string {
  switch (target.step) {
    case 'people':
      return target.person
        ? `[data-person="${CSS.escape(target.person)}"] input${target.part === 'email' ? '[type="email"]' : ''}`
        : '.ed-panel .panel-body button';
    case 'fields':
      return '.kind';
    case 'documents':
      return target.document ? '.doc.current .doc-name' : '.drop button';
    default:
      return '.ed-panel input';
  }
}
