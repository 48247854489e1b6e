import './later.css';
import { t } from '@shared/i18n';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './Icon';
import { reason } from './reasons';
import type { Sitting } from './sitting';
import type { Field } from './types';
import { labelOf } from './values';

/** What still keeps the reader from signing, each with the way to it. */
export default function Summary({ s, onGo }: { s: Sitting; onGo(f: Field): void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  const faulty = s.mine.filter((f) => s.faults.has(f.id));
  const missing = s.count.missing.filter((f) => !s.faults.has(f.id));
  if (faulty.length + missing.length === 0) return null;
  const line = (f: Field, why: string) => (
    <li key={f.id}>
      <button type="button" class="link" onClick={() => onGo(f)}>
        {t('summary.field', { label: labelOf(f), page: f.page })}
      </button>{' '}
      {why}
    </li>
  );
  return (
    <div class="notice bad summary" tabIndex={-1} ref={ref}>
      <Icon name="warn" />
      <div>
        <p>
          <strong>{t('summary.title', { n: faulty.length + missing.length })}</strong>
        </p>
        <ul>
          {faulty.map((f) => line(f, reason(s.faults.get(f.id)?.code ?? '', s.faults.get(f.id)?.detail)))}
          {missing.map((f) => line(f, t('field.required')))}
        </ul>
      </div>
    </div>
  );
}
