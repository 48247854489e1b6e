import { t } from '@shared/i18n';
import { faultText, Icon } from '../../../parts';
import type { Check } from '../model/checks';
import type { State } from '../model/state';
import { personName, typeName } from '../model/words';
import { useDraft, useEditor } from '../session';
import { jump } from './jump';

const most = 12;

/** What is left to do, each with the way to it. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  const faults = checks.filter((c) => c.level === 'fault');
  const warnings = checks.filter((c) => c.level === 'warning');
  return (
    <div className="checks">
      {faults.length > 0 && (
        <section aria-labelledby="checks-faults">
          <h3 id="checks-faults">{t('editor.checks.faults', { n: faults.length })}</h3>
          <Rows checks={faults} />
        </section>
      )}
      {warnings.length > 0 && (
        <section aria-labelledby="checks-warnings">
          <h3 id="checks-warnings">{t('editor.checks.warnings')}</h3>
          <Rows checks={warnings} />
        </section>
      )}
      {faults.length === 0 && (
        <p className="checks-ok">
          <Icon name="done" className="ok" />
          {t(warnings.length > 0 ? 'editor.checks.as_it_is' : 'editor.checks.ready')}
        </p>
      )}
    </div>
  );
}

function Rows({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="check-list">
      {checks.slice(0, most).map((c) => (
        <Row key={`${c.code} ${c.target.field ?? c.target.person ?? c.target.document ?? ''}`} check={c} />
      ))}
      {checks.length > most && (
        <li className="meta">{t('editor.checks.more', { n: checks.length - most })}</li>
      )}
    </ul>
  );
}

function Row({ check }: { check: Check }) {
  const session = useEditor();
  const text = useDraft((s) => checkText(s, check));
  return (
    <li>
      <button type="button" className="check-row" onClick={() => jump(session, check.target)}>
        <Icon name="alert" className={check.level === 'fault' ? 'bad' : 'warn'} />
        <span>{text}</span>
        <Icon name="chevron-right" className="turned" />
      </button>
    </li>
  );
}

/** A remark in words, with whom or what it is about. */
export function checkText(s: State, c: Check): string {
  const field = s.history.now.find((f) => f.key === c.target.field);
  const person = s.people.find((p) => p.id === c.target.person);
  const doc = s.documents.find((d) => d.id === (c.target.document ?? field?.document));
  const key = `editor.check.${c.code}`;
  const own = t(key, {
    name: personName(person, s.people),
    field: field ? typeName(field.type) : '',
    page: field?.page ?? 1,
    document: doc?.name ?? '',
  });
  return own === key ? faultText(c.code, c.detail) : own;
}
