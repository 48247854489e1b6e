import { api, data, type Schemas } from '@shared/api/client';
import { languageNames, languages, t } from '@shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { CopyButton, Dialog, ErrorNote, Loading, Notice, Time } from '../../parts';
import { words } from '../admin/words';
import { StateMark } from './StateMark';
import { reasonKey } from './state';

type Content = Schemas['MessageContent'];

/** One message with its words, its links masked. It has an address of its own, so it can be pointed at. */
export function MessageDialog({ id }: { id: string | undefined }) {
  const navigate = useNavigate({ from: '/messages' });
  const query = useQuery({
    queryKey: ['messages', 'one', id ?? ''],
    queryFn: () => data(api.GET('/api/v1/messages/{message}', { params: { path: { message: id ?? '' } } })),
    enabled: id !== undefined,
  });
  const close = () => navigate({ search: (s) => ({ ...s, message: undefined }), resetScroll: false });
  const title = query.data?.subject ?? t('messages.one');
  return (
    <Dialog open={id !== undefined} onClose={close} title={title} wide>
      {query.isPending && <Loading label={t('messages.loading_one')} />}
      {query.error && <ErrorNote error={query.error} retry={() => query.refetch()} />}
      {query.data && <Body m={query.data} />}
    </Dialog>
  );
}

function Body({ m }: { m: Content }) {
  return (
    <div className="stack">
      <Why m={m} />
      <Facts m={m} />
      <section className="stack tight" aria-label={t('messages.text')}>
        <h3>{t('messages.text')}</h3>
        <div className="sunken" lang={m.locale} dir="auto">
          {m.text}
        </div>
        <p className="meta">{t('messages.masked')}</p>
      </section>
      <details>
        <summary>{t('messages.html')}</summary>
        <div className="stack">
          <textarea
            className="textarea mono source"
            readOnly
            dir="ltr"
            aria-label={t('messages.html')}
            value={m.html}
          />
          <div>
            <CopyButton text={m.html} label={t('messages.copy_html')} />
          </div>
        </div>
      </details>
    </div>
  );
}

/** Why a message did not leave, and what to do about it. */
function Why({ m }: { m: Content }) {
  if (m.state === 'sent') return null;
  const key = m.error ? reasonKey(m.error) : undefined;
  return (
    <Notice tone={m.state === 'failed' ? 'bad' : m.state === 'kept' ? 'warn' : 'info'}>
      <p>{t(`messages.why.${m.state}`)}</p>
      {m.error && <p>{key ? t(key) : t('messages.reason.server', { text: m.error })}</p>}
      {m.state !== 'queued' && m.recipient && (
        <p>
          <Link to="/envelopes/$envelope" params={{ envelope: m.envelope }}>
            {t('messages.go_envelope')}
          </Link>
        </p>
      )}
    </Notice>
  );
}

function Facts({ m }: { m: Content }) {
  const language = languages.find((l) => l === m.locale);
  return (
    <dl className="facts">
      <dt>{t('messages.state')}</dt>
      <dd>
        <StateMark state={m.state} />
      </dd>
      <dt>{t('messages.to')}</dt>
      <dd>{m.to || t('messages.to_sender')}</dd>
      <dt>{t('messages.what')}</dt>
      <dd>{words('messages.template', m.template)}</dd>
      <dt>{t('messages.envelope')}</dt>
      <dd>
        <Link to="/envelopes/$envelope" params={{ envelope: m.envelope }}>
          {m.title || t('messages.untitled')}
        </Link>
      </dd>
      <dt>{t(m.sent_at ? 'messages.sent_at' : 'messages.created_at')}</dt>
      <dd>
        <Time at={m.sent_at ?? m.created_at} />
      </dd>
      <dt>{t('messages.language')}</dt>
      <dd>{language ? languageNames[language] : m.locale}</dd>
      {m.attempts > 1 && (
        <>
          <dt>{t('messages.attempts')}</dt>
          <dd>{m.attempts}</dd>
        </>
      )}
      <dt>{t('messages.message_id')}</dt>
      <dd className="mono" dir="ltr">
        {m.message_id}
      </dd>
    </dl>
  );
}
