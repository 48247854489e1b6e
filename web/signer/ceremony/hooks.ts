import { useEffect, useState } from 'preact/hooks';
import type { Sitting } from './sitting';

/** Draws the component anew whenever the sitting changes. */
export function useSitting(s: Sitting): void {
  const [, draw] = useState(0);
  useEffect(() => s.subscribe(() => draw((n) => n + 1)), [s]);
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const [holds, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const m = matchMedia(query);
    const on = () => set(m.matches);
    on();
    m.addEventListener('change', on);
    return () => m.removeEventListener('change', on);
  }, [query]);
  return holds;
}

/** Screens on which fields are filled in a sheet: phones, and tablets held upright. */
export const compact =
  '(max-width: 699px), (pointer: coarse) and (orientation: portrait), (pointer: coarse) and (max-height: 519px)';
