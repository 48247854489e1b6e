import { t } from '@shared/i18n';
import { announce, type IconName } from '../../../parts';
import type { Alignment } from '../model/align';
import { alignChosen } from '../model/edit';
import type { Field } from '../model/types';
import { Tool } from '../parts';
import { useEditor } from '../session';

const ways: [Alignment, IconName][] = [
  ['left', 'align-left'],
  ['center', 'align-center'],
  ['right', 'align-right'],
  ['top', 'align-top'],
  ['middle', 'align-middle'],
  ['bottom', 'align-bottom'],
];

const spreads: [Alignment, IconName][] = [
  ['across', 'distribute-h'],
  ['down', 'distribute-v'],
];

const sizes: Alignment[] = ['width', 'height'];

/** Lines several fields up. */
export function Arrange({ fields }: { fields: readonly Field[] }) {
  const { draft } = useEditor();
  const [first] = fields;
  const together = fields.every((f) => f.document === first?.document && f.page === first?.page);
  if (!together) return <p className="meta">{t('editor.align.pages')}</p>;
  const arrange = (how: Alignment) => {
    alignChosen(draft, how);
    announce(t('editor.said.aligned'));
  };
  return (
    <fieldset className="plain">
      <legend>{t('editor.align')}</legend>
      <div className="arrange">
        {[...ways, ...spreads].map(([how, icon]) => (
          <Tool
            key={how}
            icon={icon}
            text={t(`editor.align.${how}`)}
            off={fields.length < 3 && (how === 'across' || how === 'down')}
            onClick={() => arrange(how)}
          />
        ))}
      </div>
      <div className="row">
        {sizes.map((how) => (
          <button key={how} type="button" className="button" onClick={() => arrange(how)}>
            {t(`editor.align.${how}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
