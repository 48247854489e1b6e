import { t } from '@shared/i18n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon';
import { languageLinks } from './languages';
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
        <h1 tabIndex={-1} dir="auto">
          {view.title}
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
        <div class="menu-list">
          <button type="button" onClick={run(acts.handOver)}>
            {t('menu.handover')}
          </button>
          {mayRefuse(s) && (
            <button type="button" onClick={run(acts.refuse)}>
              {t('menu.refuse')}
            </button>
          )}
          {s.brand.support_url && (
            <a href={s.brand.support_url} target="_blank" rel="noreferrer">
              {t('menu.help')}
            </a>
          )}
          <a href="/verify">{t('menu.verify')}</a>
          <Languages s={s} />
        </div>
      )}
    </nav>
  );
}

function mayRefuse(s: Sitting): boolean {
  return s.view.role === 'signer' && s.view.recipient_state !== 'done' && open(s.view.state);
}

function open(state: string): boolean {
  return state === 'sent' || state === 'in_progress';
}

/** The page in another language: loaded anew, so what was entered is saved first. */
function Languages({ s }: { s: Sitting }) {
  const follow = async (e: MouseEvent & { currentTarget: HTMLAnchorElement }) => {
    const to = e.currentTarget.href;
    e.preventDefault();
    if (await s.queue.flush()) location.assign(to);
    else s.say(t('save.first'));
  };
  return (
    <ul class="languages" aria-label={t('menu.language')}>
      {languageLinks().map((l) => (
        <li key={l.lang}>
          <a
            href={l.href}
            lang={l.lang}
            hreflang={l.lang}
            aria-current={l.current || undefined}
            onClick={follow}
          >
            {l.name}
          </a>
        </li>
      ))}
    </ul>
  );
}
