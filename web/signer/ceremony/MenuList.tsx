import './later.css';
import { t } from '@shared/i18n';
import { languageLinks } from './languages';
import type { Sitting } from './sitting';
import { ToConsole } from './ToConsole';

interface Props {
  s: Sitting;
  refuse(): void;
  handOver(): void;
}

/** Everything that is not the next step. */
export default function MenuList({ s, refuse, handOver }: Props) {
  return (
    <div class="menu-list">
      <ToConsole s={s} />
      <button type="button" onClick={handOver}>
        {t('menu.handover')}
      </button>
      {mayRefuse(s) && (
        <button type="button" onClick={refuse}>
          {t('menu.refuse')}
        </button>
      )}
      {s.brand.support_url && (
        <a href={s.brand.support_url} target="_blank" rel="noreferrer">
          {t('menu.help')}
        </a>
      )}
      <a href="/verify" target="_blank" rel="noreferrer">
        {t('menu.verify')}
      </a>
      <Languages s={s} />
    </div>
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
