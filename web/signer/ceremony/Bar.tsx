import { t } from '@shared/i18n';
import { Icon } from './Icon';
import type { Sitting } from './sitting';

interface Props {
  s: Sitting;
  onNext(): void;
  onReview(): void;
}

/** What is done, what is saved, and the one next step. */
export function Bar({ s, onNext, onReview }: Props) {
  const c = s.count;
  const next = s.next;
  const mine = s.mine;
  return (
    <footer class="bar-next">
      <div class="progress">
        {c.total > 0 && (
          <>
            <progress value={c.filled} max={c.total} aria-label={t('bar.progress')} />
            <span class="meta">{t('bar.filled', { n: c.filled, total: c.total })}</span>
          </>
        )}
        <Saved s={s} />
      </div>
      {next ? (
        <>
          {c.missing.length === 0 && (
            <button type="button" class="button" onClick={onReview}>
              {t('bar.review')}
            </button>
          )}
          <button type="button" id="next" class="button primary" onClick={onNext}>
            {t('bar.next', { n: mine.indexOf(next) + 1, total: c.total })}
          </button>
        </>
      ) : (
        <button type="button" id="next" class="button primary" onClick={onReview}>
          {t('bar.review')}
        </button>
      )}
    </footer>
  );
}

/** For those who have nothing to do here: the way to the files. */
export function ReadingBar({ s }: { s: Sitting }) {
  return (
    <footer class="bar-next">
      <button type="button" id="next" class="button primary" onClick={() => s.go('after')}>
        {t('bar.files')}
      </button>
    </footer>
  );
}

const sentences: { [state: string]: string } = {
  waiting: 'save.saving',
  saving: 'save.saving',
  saved: 'save.saved',
  offline: 'save.offline',
  ended: 'save.ended',
};

function Saved({ s }: { s: Sitting }) {
  const key = sentences[s.saving];
  if (!key) return null;
  const good = s.saving === 'saved';
  if (good && s.faults.size > 0) return null; // what was refused is not saved, and says so itself
  const bad = s.saving === 'offline' || s.saving === 'ended';
  return (
    <span class={`saved meta${bad ? ' not' : ''}`}>
      {good && <Icon name="check" />}
      {bad && <Icon name="warn" />}
      {t(key)}
    </span>
  );
}
