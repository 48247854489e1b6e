import { t } from '@shared/i18n';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMe } from '../../me';
import { SelectField, TextField } from '../../parts';
import { useUsers } from '../admin/names';
import { words } from '../admin/words';
import { type Filters, operations } from './query';

/** Filters that stand in the address, so that a view can be handed on. */
export function AuditFilters({ filters }: { filters: Filters }) {
  const navigate = useNavigate({ from: '/audit' });
  const set = (part: Filters) => navigate({ search: (s) => ({ ...s, ...part }), replace: true });
  const any = Object.values(filters).some(Boolean);
  return (
    <div className="filters">
      <SelectField
        label={t('audit.what')}
        value={filters.operation ?? ''}
        onChange={(e) => set({ operation: e.currentTarget.value || undefined })}
      >
        <option value="">{t('audit.any_operation')}</option>
        {operations.map((o) => (
          <option key={o} value={o}>
            {words('op', o)}
          </option>
        ))}
      </SelectField>
      <Who value={filters.actor} onChange={(actor) => set({ actor })} />
      <TextField
        label={t('audit.from')}
        type="date"
        value={filters.from ?? ''}
        max={filters.to}
        onChange={(e) => set({ from: e.currentTarget.value || undefined })}
      />
      <TextField
        label={t('audit.to')}
        type="date"
        value={filters.to ?? ''}
        min={filters.from}
        onChange={(e) => set({ to: e.currentTarget.value || undefined })}
      />
      {any && (
        <div className="filter-end">
          <Link to="/audit" search={{}}>
            {t('audit.clear')}
          </Link>
        </div>
      )}
    </div>
  );
}

function Who({ value, onChange }: { value: string | undefined; onChange: (v: string | undefined) => void }) {
  const users = useUsers();
  const me = useMe();
  const others = users.filter((u) => u.id !== me.user.id);
  const stranger = value && value !== me.user.id && !others.some((u) => u.id === value);
  return (
    <SelectField
      label={t('audit.who')}
      value={value ?? ''}
      onChange={(e) => onChange(e.currentTarget.value || undefined)}
    >
      <option value="">{t('audit.anybody')}</option>
      <option value={me.user.id}>{t('actor.you', { name: me.user.name })}</option>
      {others.map((u) => (
        <option key={u.id} value={u.id}>
          {u.name}
        </option>
      ))}
      {stranger && <option value={value}>{t('audit.somebody')}</option>}
    </SelectField>
  );
}
