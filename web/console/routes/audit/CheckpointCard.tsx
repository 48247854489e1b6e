import { api, data } from '@shared/api/client';
import { dateTime, grouped } from '@shared/format';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote, Icon, Loading, Time } from '../../parts';
import { saveFile, today } from '../admin/save';
import { fromBase64, toHex } from './merkle';

/** The log's signed state: how long it is, and the one digest that stands for all of it. */
export function CheckpointCard() {
  const query = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: () => data(api.GET('/api/v1/audit/checkpoint')),
  });
  if (query.isPending) return <Loading label={t('audit.checkpoint')} lines={2} />;
  if (query.error) return <ErrorNote error={query.error} retry={() => query.refetch()} />;
  const c = query.data;
  if (c.size === 0) return null;
  const save = () =>
    saveFile(`checkpoint-${c.size}-${today()}.txt`, new Blob([c.note], { type: 'text/plain' }));
  return (
    <details className="card checkpoint">
      <summary>
        <h2>{t('audit.checkpoint')}</h2>
        <span className="meta">{t('audit.checkpoint_short', { n: c.size, time: dateTime(c.at) })}</span>
      </summary>
      <div className="section">
        <p>{t('audit.checkpoint_text')}</p>
        <dl className="facts">
          <dt>{t('audit.size')}</dt>
          <dd>{t('audit.size_n', { n: c.size })}</dd>
          <dt>{t('audit.root')}</dt>
          <dd className="mono" dir="ltr">
            {grouped(toHex(fromBase64(c.root)))}
          </dd>
          <dt>{t('audit.signed_at')}</dt>
          <dd>
            <Time at={c.at} />
          </dd>
        </dl>
        <div>
          <button type="button" className="button" onClick={save}>
            <Icon name="download" />
            {t('audit.checkpoint_download')}
          </button>
        </div>
      </div>
    </details>
  );
}
