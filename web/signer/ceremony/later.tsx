import { t } from '@shared/i18n';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Parts that not everybody needs, fetched when the page is at rest or when they are asked for. */
export const later = {
  adopt: () => import('./Adopt'),
  review: () => import('./Review'),
  after: () => import('./After'),
  ended: () => import('./Ended'),
  refuse: () => import('./Refuse'),
  handOver: () => import('./Handover'),
  menu: () => import('./MenuList'),
  summary: () => import('./Summary'),
  sheet: () => import('./Sheet'),
  rail: () => import('./Rail'),
};

let fetched = false;

/** Fetches what comes later while there is a network to fetch it over: after the first page, which comes first. */
export async function fetchLater(): Promise<void> {
  if (fetched) return;
  fetched = true;
  for (const get of Object.values(later)) await get().catch(() => {});
}

/** A part that may have to be fetched first. */
export function Lazy<P extends object>({
  get,
  props,
}: {
  get(): Promise<{ default: ComponentType<P> }>;
  props: P;
}) {
  const [Part, setPart] = useState<ComponentType<P>>();
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round fetches again
  useEffect(() => {
    setFailed(false);
    get().then(
      (m) => setPart(() => m.default),
      () => setFailed(true),
    );
  }, [get, round]);
  if (Part) return <Part {...props} />;
  if (!failed) return null;
  return (
    <div class="notice bad" role="alert">
      <p>{t('problem.offline')}</p>
      <button type="button" class="button" onClick={() => setRound((n) => n + 1)}>
        {t('again')}
      </button>
    </div>
  );
}
