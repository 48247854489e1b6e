import { t } from '@shared/i18n';
import { Icon } from '../../parts';
import { copiesKept } from './next';
import type { Document, Envelope } from './queries';

interface Step {
  name: string;
  done: boolean;
  detail?: string;
}

const through = ['sent', 'in_progress', 'completed', 'sealing', 'sealed', 'delivered'];

/** How far a sent envelope has come. The last steps pass by themselves while one looks on. */
export function stepsOf(e: Envelope): Step[] {
  if (!through.includes(e.state)) return [];
  const after = (state: string) => through.indexOf(e.state) >= through.indexOf(state);
  const sealed = e.documents.filter((d) => d.state === 'sealed');
  const allSealed = e.documents.length > 0 && sealed.length === e.documents.length;
  return [
    { name: 'sent', done: true },
    {
      name: 'signed',
      done: after('completed'),
      detail: t('home.signed', { done: e.signers_done, total: e.signers_total }),
    },
    {
      name: 'sealed',
      done: allSealed,
      ...(e.documents.length > 1
        ? { detail: t('home.signed', { done: sealed.length, total: e.documents.length }) }
        : {}),
    },
    { name: 'stamped', done: allSealed && sealed.every(isStamped) },
    { name: copiesKept(e).length > 0 ? 'ready' : 'delivered', done: e.state === 'delivered' },
  ];
}

/** Every level above the basic one carries a time stamp. */
function isStamped(d: Document): boolean {
  return d.level !== undefined && !d.level.endsWith('B-B');
}

export function Steps({ e }: { e: Envelope }) {
  const steps = stepsOf(e);
  if (steps.length === 0) return null;
  const current = steps.findIndex((s) => !s.done);
  const works = e.state === 'completed' || e.state === 'sealing' || e.state === 'sealed';
  return (
    <ol className="steps" aria-label={t('steps.label')}>
      {steps.map((s, i) => (
        <li
          key={s.name}
          className={s.done ? 'step done' : 'step'}
          aria-current={i === current ? 'step' : undefined}
        >
          <span className="step-dot">
            {s.done && <Icon name="check" />}
            {i === current && works && <Icon name="spinner" className="spin" />}
          </span>
          <span>
            {t(`steps.${s.name}`)}
            {s.detail && <span className="meta"> {s.detail}</span>}
            <span className="visually-hidden"> {t(s.done ? 'steps.is_done' : 'steps.is_open')}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
