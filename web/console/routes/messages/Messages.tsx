import '../admin/admin.css';
import { api, data, type Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMe } from '../../me';
import { Empty, Notice, Page, SelectField, Time } from '../../parts';
import { List, useList } from '../admin/lists';
import { words } from '../admin/words';
import { MessageDialog } from './MessageDialog';
import { StateMark } from './StateMark';
import { states } from './state';

type Message = Schemas['MessageView'];

/** What went out, or would have where no mail server is set up. */
export function Messages() {
  const { envelope, state, message } = useSearch({ from: '/messages' });
  const me = useMe();
  const { query, items } = useList(['messages', envelope ?? '', state ?? ''], (cursor) =>
    data(api.GET('/api/v1/messages', { params: { query: { cursor, envelope, state } } })),
  );
  return (
    <Page title={t('messages.title')} lead={t('messages.lead')} wide>
      {!me.channels.email && <NoMail />}
      <Filters />
      <List
        query={query}
        count={items.length}
        label={t('messages.loading')}
        empty={<Nothing filtered={Boolean(envelope ?? state)} />}
      >
        <Table items={items} />
      </List>
      <MessageDialog id={message} />
    </Page>
  );
}

function NoMail() {
  return (
    <Notice tone="warn">
      <p>{t('messages.no_mail')}</p>
      <p>
        <Link to="/settings" hash="mail">
          {t('messages.no_mail_how')}
        </Link>
      </p>
    </Notice>
  );
}

function Filters() {
  const { envelope, state } = useSearch({ from: '/messages' });
  const navigate = useNavigate({ from: '/messages' });
  const choose = (value: string) =>
    navigate({ search: (s) => ({ ...s, state: states.find((x) => x === value) }), replace: true });
  return (
    <div className="filters">
      <SelectField
        label={t('messages.state')}
        value={state ?? ''}
        onChange={(e) => choose(e.currentTarget.value)}
      >
        <option value="">{t('messages.any_state')}</option>
        {states.map((s) => (
          <option key={s} value={s}>
            {t(`messages.state.${s}`)}
          </option>
        ))}
      </SelectField>
      {envelope && (
        <div className="filter-end">
          <Link from="/messages" to="/messages" search={(s) => ({ ...s, envelope: undefined })}>
            {t('messages.all_envelopes')}
          </Link>
        </div>
      )}
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty icon="message" title={t('messages.none_here')} text={t('messages.none_here_text')}>
        <Link className="button" to="/messages" search={{}}>
          {t('messages.show_all')}
        </Link>
      </Empty>
    );
  }
  return (
    <Empty icon="message" title={t('messages.none')} text={t('messages.none_text')}>
      <Link className="button primary" to="/new">
        {t('messages.none_action')}
      </Link>
    </Empty>
  );
}

function Table({ items }: { items: Message[] }) {
  return (
    <div className="card flush">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('messages.what')}</th>
            <th scope="col">{t('messages.to')}</th>
            <th scope="col">{t('messages.envelope')}</th>
            <th scope="col">{t('messages.state')}</th>
            <th scope="col">{t('messages.time')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((m) => (
            <Row key={m.id} m={m} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ m }: { m: Message }) {
  return (
    <tr>
      <th scope="row">
        <Link from="/messages" to="/messages" search={(s) => ({ ...s, message: m.id })} resetScroll={false}>
          {words('messages.template', m.template)}
        </Link>
      </th>
      <td data-label={t('messages.to')}>{m.to || t('messages.to_sender')}</td>
      <td data-label={t('messages.envelope')}>
        <Link to="/envelopes/$envelope" params={{ envelope: m.envelope }}>
          {m.title || t('messages.untitled')}
        </Link>
      </td>
      <td data-label={t('messages.state')}>
        <StateMark state={m.state} />
      </td>
      <td data-label={t('messages.time')}>
        <Time at={m.sent_at ?? m.created_at} near={false} />
      </td>
    </tr>
  );
}
