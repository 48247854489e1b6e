import '../admin/admin.css';
import './certificates.css';
import { api, data, type Schemas } from '@shared/api/client';
import { date, grouped } from '@shared/format';
import { t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { may } from '../../me';
import {
  CopyButton,
  Empty,
  ErrorNote,
  Icon,
  Loading,
  Notice,
  Page,
  Status,
  type StatusKind,
} from '../../parts';
import { saveFile } from '../admin/save';
import { Own } from './Own';
import { commonName, daysUntil, type Validity, validity } from './validity';

type Certificate = Schemas['CertificateView'];

/** The certificates with which the organization seals, present and past. */
export function Certificates() {
  const query = useQuery({
    queryKey: ['certificates'],
    queryFn: () => data(api.GET('/api/v1/certificates')),
  });
  return (
    <Page title={t('certificates.title')} lead={t('certificates.lead')}>
      {query.isPending && <Loading label={t('certificates.loading')} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && <All items={query.data.items} />}
      {query.data && may('certificates:write') && (
        <Own imported={query.data.items.some((c) => c.current && c.source === 'imported')} />
      )}
      <Trust />
    </Page>
  );
}

function All({ items }: { items: Certificate[] }) {
  if (items.length === 0) {
    return <Empty icon="certificate" title={t('certificates.none')} text={t('certificates.none_text')} />;
  }
  return (
    <div className="stack">
      {items.map((c) => (
        <Card key={c.sha256} c={c} />
      ))}
    </div>
  );
}

const kinds: { [V in Validity]: StatusKind } = {
  future: 'waiting',
  valid: 'done',
  soon: 'needs',
  now: 'needs',
  expired: 'bad',
};

function Card({ c }: { c: Certificate }) {
  const state = validity(c);
  const name = commonName(c.subject);
  return (
    <section className="card certificate" aria-label={name}>
      <header className="row spread">
        <h2>{name}</h2>
        <div className="row certificate-marks">
          <span className={c.current ? 'badge current' : 'badge'}>
            {t(c.current ? 'certificates.current' : 'certificates.old')}
          </span>
          <Status kind={kinds[state]}>{t(`certificates.state.${state}`)}</Status>
        </div>
      </header>
      <Warning c={c} state={state} />
      <Facts c={c} />
      <div className="form-actions">
        <button type="button" className="button" onClick={() => save(c)}>
          <Icon name="download" />
          {t('certificates.download')}
        </button>
        <CopyButton text={c.sha256} label={t('certificates.copy_print')} quiet />
      </div>
    </section>
  );
}

/** The built-in authority renews by itself; what somebody else issued has to be replaced by a person. */
function Warning({ c, state }: { c: Certificate; state: Validity }) {
  if (!c.current || state === 'valid' || state === 'future') return null;
  if (state === 'expired') return notice('bad', t('certificates.expired_text'));
  if (c.source === 'issued') return notice('info', t('bought.renews_text'));
  return notice('warn', t('bought.soon_text', { n: daysUntil(c.not_after) }));
}

function notice(tone: 'info' | 'warn' | 'bad', text: string) {
  return (
    <Notice tone={tone}>
      <p>{text}</p>
    </Notice>
  );
}

function Facts({ c }: { c: Certificate }) {
  return (
    <dl className="facts">
      <dt>{t('certificates.subject')}</dt>
      <dd>{c.subject}</dd>
      <dt>{t('certificates.issuer')}</dt>
      <dd>{c.issuer}</dd>
      <dt>{t('bought.source')}</dt>
      <dd>{t(`bought.source.${c.source}`)}</dd>
      <dt>{t('bought.anchor')}</dt>
      <dd>{c.anchor}</dd>
      <dt>{t('certificates.algorithm')}</dt>
      <dd>{c.algorithm}</dd>
      <dt>{t('certificates.valid')}</dt>
      <dd>{t('certificates.from_to', { from: date(c.not_before), to: date(c.not_after) })}</dd>
      <dt>{t('certificates.serial')}</dt>
      <dd className="mono" dir="ltr">
        {c.serial}
      </dd>
      <dt>{t('certificates.print')}</dt>
      <dd className="mono" dir="ltr">
        {grouped(c.sha256)}
      </dd>
    </dl>
  );
}

function save(c: Certificate): void {
  saveFile(`seal-${c.serial.slice(0, 16)}.pem`, new Blob([c.pem], { type: 'application/x-pem-file' }));
}

function Trust() {
  return (
    <section className="card section" aria-labelledby="trust">
      <div className="section-head">
        <h2 id="trust">{t('certificates.trust')}</h2>
        <p>{t('certificates.trust_text')}</p>
      </div>
      <div>
        <a className="button" href="/pki/trust.pem" download="trust.pem">
          <Icon name="download" />
          {t('certificates.trust_download')}
        </a>
      </div>
    </section>
  );
}
