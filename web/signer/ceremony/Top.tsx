import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon';
import { Lazy, later } from './later';
import type { Sitting } from './sitting';

export interface TopActs {
  refuse(): void;
  handOver(): void;
}

/** Who asks for what, and everything that is not the next step. */
export function Top({ s, acts }: { s: Sitting; acts: TopActs }) {
  const { view, brand } = s;
  return (
    <header class="top">
      {brand.logo && <img class="logo" src={brand.logo} alt="" />}
      <div class="who">
        <h1 tabIndex={-1}>
          <bdi>{view.title}</bdi>
        </h1>
        <p class="meta">{asks(s)}</p>
      </div>
      <Menu s={s} acts={acts} />
    </header>
  );
}

/** Who asks, and for what: some only read. */
function asks({ view, brand }: Sitting): string {
  const name = brand.name || view.sender;
  const signs = view.role === 'signer';
  if (view.asked_by) return t(signs ? 'top.asked_by' : 'top.shown_by', { person: view.asked_by, name });
  return t(signs ? 'top.from' : 'top.shown', { name });
}

function Menu({ s, acts }: { s: Sitting; acts: TopActs }) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (e: Event) => !ref.current?.contains(e.target as Node) && setOpen(false);
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open]);
  const dismiss = (e: KeyboardEvent) => {
    if (e.key !== 'Escape' || !open) return;
    e.stopPropagation();
    setOpen(false);
    ref.current?.querySelector('button')?.focus();
  };
  const run = (act: () => void) => () => {
    setOpen(false);
    ref.current?.querySelector('button')?.focus();
    act();
  };
  return (
    <nav class="menu" ref={ref} onKeyDown={dismiss} aria-label={t('menu.open')}>
      <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="menu" />
        <span class="wide-only">{t('menu.open')}</span>
        <span class="visually-hidden narrow-only">{t('menu.open')}</span>
      </button>
      {open && (
        <Lazy get={later.menu} props={{ s, refuse: run(acts.refuse), handOver: run(acts.handOver) }} />
      )}
    </nav>
  );
}
