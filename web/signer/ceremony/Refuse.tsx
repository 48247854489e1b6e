import { Problem } from '@shared/api/problem';
import { t } from '@shared/i18n';
import { useState } from 'preact/hooks';
import { Dialog } from './Dialog';
import { reasonOf } from './reasons';
import type { Sitting } from './sitting';

/** Refuses to sign: the reason, who is told, and a clear last step. */
export default function Refuse({ s, onClose }: { s: Sitting; onClose(): void }) {
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const refuse = async () => {
    if (!reason.trim()) {
      document.getElementById('refuse-reason')?.focus();
      return setFault(t('refuse.no_reason'));
    }
    setBusy(true);
    setFault('');
    try {
      await s.calls.decline(reason.trim());
      onClose();
      s.end(new Problem({ code: 'refused_by_you', status: 410 }));
    } catch (e) {
      setFault(e instanceof Problem ? reasonOf(e) : t('problem.unknown'));
      setBusy(false);
      if (e instanceof Problem && (e.status === 409 || e.status === 410)) void s.reread();
    }
  };
  return (
    <Dialog
      title={t('refuse.title')}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {t('refuse.keep')}
          </button>
          <button
            type="button"
            class="button danger"
            aria-disabled={busy}
            onClick={() => !busy && void refuse()}
          >
            {t('refuse.do')}
          </button>
        </>
      }
    >
      <p>{t('refuse.lead')}</p>
      <div class="field">
        <label for="refuse-reason">{t('refuse.reason')}</label>
        <textarea
          id="refuse-reason"
          class="textarea"
          maxLength={2000}
          dir="auto"
          aria-required="true"
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby="refuse-told refuse-fault"
          value={reason}
          onInput={(e) => setReason(e.currentTarget.value)}
        />
        <span class="hint" id="refuse-told">
          {told(s)}
        </span>
        <span class="error" id="refuse-fault" role="alert">
          {fault}
        </span>
      </div>
    </Dialog>
  );
}

/** Who hears of the refusal. */
function told(s: Sitting): string {
  const { sender, others } = s.view.tells_on_decline;
  const name = s.view.asked_by ?? s.view.sender;
  if (sender)
    return others > 0 ? t('refuse.told_both', { n: others, name }) : t('refuse.told_sender', { name });
  return others > 0
    ? t('refuse.told_others', { n: others, name: s.view.sender })
    : t('refuse.told_nobody', { name: s.view.sender });
}
