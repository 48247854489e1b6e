import { t } from '@shared/i18n';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { may } from '../../me';
import { Icon } from '../../parts';
import type { HomeSearch } from './search';
import { exactly } from './Tiles';

/** Search, all or drafts, everybody's or one's own. */
export function Filters({ search, drafts }: { search: HomeSearch; drafts: number }) {
  const navigate = useNavigate({ from: '/' });
  const mine = useId();
  const { state: _, group: __, ...rest } = search;
  const all = !search.group && !search.state;
  return (
    <div className="filters">
      <Search
        key={search.text ? 'filled' : 'empty'}
        value={search.text ?? ''}
        change={(text) => {
          const { text: ___, ...others } = search;
          void navigate({ to: '/', search: text ? { ...others, text } : others, replace: true });
        }}
      />
      <nav className="segments" aria-label={t('home.show')}>
        <Link
          to="/"
          search={rest}
          activeOptions={exactly}
          className="segment"
          aria-current={all ? 'true' : undefined}
        >
          {t('home.all')}
        </Link>
        <Link
          to="/"
          search={{ ...rest, state: 'draft' }}
          activeOptions={exactly}
          className="segment"
          aria-current={search.state === 'draft' ? 'true' : undefined}
        >
          {t('home.drafts')}
          {drafts > 0 && <span className="segment-count">{t('home.number', { n: drafts })}</span>}
        </Link>
      </nav>
      {may('envelopes:read_all') && (
        <div className="check">
          <input
            id={mine}
            type="checkbox"
            checked={search.mine ?? false}
            onChange={(e) => {
              const { mine: ___, ...others } = search;
              void navigate({
                to: '/',
                search: e.currentTarget.checked ? { ...others, mine: true } : others,
              });
            }}
          />
          <label htmlFor={mine}>{t('home.mine')}</label>
        </div>
      )}
    </div>
  );
}

/** Narrows while one types, a quarter of a second behind. */
function Search({ value, change }: { value: string; change: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const put = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change(text.trim()), 250);
  };
  return (
    <search className="searchbox">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label={t('home.search')}
        placeholder={t('home.search_hint')}
        value={typed}
        maxLength={200}
        onChange={(e) => put(e.currentTarget.value)}
      />
    </search>
  );
}
