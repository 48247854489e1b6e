import type { Schemas } from '@shared/api/client';
import { t } from '@shared/i18n';
import { Link } from '@tanstack/react-router';
import { Icon, type IconName } from '../../parts';
import { type Group, groups, type HomeSearch } from './search';

const looks: { [G in Group]: { icon: IconName; tone: string } } = {
  needs_me: { icon: 'alert', tone: 'warn' },
  waiting: { icon: 'clock', tone: 'info' },
  done: { icon: 'done', tone: 'ok' },
  problem: { icon: 'x-circle', tone: 'bad' },
};

/** A link is where one is only when its filters are the very ones. */
export const exactly = { exact: true, includeSearch: true };

/** Four counts, each of which narrows the list to what it counts; the chosen one widens it again. */
export function Tiles({
  counts,
  search,
}: {
  counts: Schemas['EnvelopeCounts'] | undefined;
  search: HomeSearch;
}) {
  return (
    <nav className="tiles" aria-label={t('home.groups')}>
      {groups.map((group) => {
        const chosen = search.group === group;
        const { state: _, group: __, ...rest } = search;
        return (
          <Link
            key={group}
            to="/"
            search={chosen ? rest : { ...rest, group }}
            activeOptions={exactly}
            className="tile"
            aria-current={chosen ? 'true' : undefined}
          >
            <span className="tile-name">
              <Icon name={looks[group].icon} className={counts?.[group] ? looks[group].tone : 'none'} />
              {t(`home.${group}`)}
            </span>
            <span className="tile-count">{counts ? t('home.number', { n: counts[group] }) : '–'}</span>
          </Link>
        );
      })}
    </nav>
  );
}
