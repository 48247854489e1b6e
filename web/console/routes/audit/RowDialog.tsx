import { grouped } from '@shared/format';
import { t } from '@shared/i18n';
import { Link } from '@tanstack/react-router';
import { Dialog, Time } from '../../parts';
import { useActorName } from '../admin/names';
import { words } from '../admin/words';
import type { Row } from './export';
import { fromBase64, toHex } from './merkle';
import { Outcome } from './Outcome';
import { Proof } from './Proof';

/** One row with everything that stands in it, and the proof that it stands in the log. */
export function RowDialog({ row, onClose }: { row: Row | undefined; onClose: () => void }) {
  return (
    <Dialog open={row !== undefined} onClose={onClose} title={row ? words('op', row.operation) : ''} wide>
      {row && (
        <div className="stack">
          <Facts r={row} />
          <Proof key={row.id} r={row} />
        </div>
      )}
    </Dialog>
  );
}

function Facts({ r }: { r: Row }) {
  const name = useActorName();
  return (
    <dl className="facts">
      <dt>{t('audit.who')}</dt>
      <dd>{name(r.actor)}</dd>
      <dt>{t('audit.when')}</dt>
      <dd>
        <Time at={r.at} />
      </dd>
      <dt>{t('audit.outcome')}</dt>
      <dd>
        <Outcome outcome={r.outcome} />
      </dd>
      {r.envelope && (
        <>
          <dt>{t('audit.envelope')}</dt>
          <dd>
            <Link to="/envelopes/$envelope" params={{ envelope: r.envelope }}>
              {t('audit.open_envelope')}
            </Link>
          </dd>
        </>
      )}
      <Members of={r.facts} prefix="audit.fact" />
      <Members of={r.personal} prefix="audit.fact" />
      <dt>{t('audit.operation')}</dt>
      <dd className="mono" dir="ltr">
        {r.operation}
      </dd>
      <dt>{t('audit.hash')}</dt>
      <dd className="mono" dir="ltr">
        {grouped(toHex(fromBase64(r.hash)))}
      </dd>
    </dl>
  );
}

/** The members of what was recorded, each as it is written there. */
function Members({ of, prefix }: { of: unknown; prefix: string }) {
  if (typeof of !== 'object' || of === null) return null;
  return Object.entries(of)
    .filter(([name, value]) => name !== 'envelope' && value !== '')
    .map(([name, value]) => <Member key={name} name={words(prefix, name)} value={value} />);
}

function Member({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono" dir="ltr">
        {typeof value === 'string' ? value : JSON.stringify(value)}
      </dd>
    </>
  );
}
