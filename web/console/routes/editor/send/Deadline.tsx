import { dateTime } from '@shared/format';
import { t } from '@shared/i18n';
import { TextField } from '../../../parts';
import { useDraft, useEditor } from '../session';

const day = 86_400_000;
const usual = [7, 14, 30];

/** Until when to sign, in the zone of the one who looks. */
export function Deadline() {
  const { draft } = useEditor();
  const at = useDraft((s) => s.details.expires_at);
  const set = (when: Date | undefined) =>
    draft.patch({ details: { ...draft.value.details, expires_at: when?.toISOString() } });
  const inDays = (n: number) => {
    const d = new Date(Date.now() + n * day);
    d.setHours(23, 59, 0, 0);
    set(d);
  };
  const past = at !== undefined && Date.parse(at) <= Date.now();
  return (
    <div className="deadline">
      <TextField
        label={t('editor.send.deadline')}
        optional
        type="datetime-local"
        value={at ? local(new Date(at)) : ''}
        min={local(new Date())}
        hint={at ? dateTime(at) : t('editor.send.no_deadline')}
        error={past ? t('editor.check.in_the_past') : undefined}
        onChange={(e) => set(e.target.value ? new Date(e.target.value) : undefined)}
      />
      <div className="row">
        {usual.map((n) => (
          <button key={n} type="button" className="button small" onClick={() => inDays(n)}>
            {t('editor.send.in_days', { n })}
          </button>
        ))}
        {at && (
          <button type="button" className="button quiet small" onClick={() => set(undefined)}>
            {t('editor.send.without')}
          </button>
        )}
      </div>
    </div>
  );
}

/** An instant as the platform's control wants it. */
export function local(d: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const date = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${date}T${two(d.getHours())}:${two(d.getMinutes())}`;
}
