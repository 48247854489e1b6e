import { t } from '@shared/i18n';
import { type ReactNode, useEffect, useState } from 'react';
import { Icon, type IconName } from './icons';
import { problemText } from './problem';

/** What went wrong and what to do, with a way to try again where that helps. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="notice bad" role="alert">
      <Icon name="alert" className="bad" />
      <div className="stack tight">
        <p>{problemText(error)}</p>
        {retry && (
          <div>
            <button type="button" className="button" onClick={retry}>
              <Icon name="refresh" />
              {t('parts.retry')}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

type Tone = 'info' | 'warn' | 'bad' | 'ok';
const toneIcons: { [T in Tone]: IconName } = { info: 'info', warn: 'alert', bad: 'alert', ok: 'done' };

/** A remark beside the work: not an error. */
export function Notice({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className={`notice ${tone}`}>
      <Icon name={toneIcons[tone]} className={tone} />
      <div className="stack tight">{children}</div>
    </div>
  );
}

/** Stands where a list would: what will be here and how it gets here. */
export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div className="row empty-actions">{children}</div>}
    </div>
  );
}

const widths = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8'];

/** Grey lines after a moment: an answer that comes at once must not flash. */
export function Loading({ label, lines = 4 }: { label?: string; lines?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-busy="true">
      <span className="visually-hidden">{label ?? t('parts.loading')}</span>
      {late && widths.slice(0, lines).map((width) => <div key={width} className={`skeleton ${width}`} />)}
    </div>
  );
}

export type StatusKind = 'draft' | 'waiting' | 'needs' | 'done' | 'bad';
const statusIcons: { [K in StatusKind]: IconName } = {
  draft: 'draft',
  waiting: 'clock',
  needs: 'alert',
  done: 'done',
  bad: 'x-circle',
};

/** A state as icon, word and colour together. */
export function Status({ kind, icon, children }: { kind: StatusKind; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`status ${kind}`}>
      <Icon name={icon ?? statusIcons[kind]} />
      {children}
    </span>
  );
}

/** The way to the rest of a list that comes page by page. */
export function More({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) return null;
  return (
    <div className="more">
      <button
        type="button"
        className="button"
        aria-disabled={query.isFetchingNextPage}
        onClick={() => !query.isFetchingNextPage && query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? t('parts.loading') : t('parts.more')}
      </button>
    </div>
  );
}
