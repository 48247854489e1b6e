import { languageNames, languages, t } from '@shared/i18n';
import { useState } from 'react';
import { useMe } from '../../../me';
import { Icon, Notice, SelectField, TextArea, TextField } from '../../../parts';
import type { Details, State } from '../model/state';
import { PanelHead } from '../parts';
import { useDraft, useEditor } from '../session';
import { CheckList } from './CheckList';
import { Deadline } from './Deadline';
import { ReviewDialog } from './ReviewDialog';
import { useChecks } from './useChecks';

/** Subject, message, deadline, what is left to do, and the button that leads to the last look. */
export function SendPanel() {
  const { draft } = useEditor();
  const details = useDraft((s) => s.details);
  const [review, setReview] = useState(false);
  const checks = useChecks(review);
  const me = useMe();
  const alone = useDraft((s) => onlyMe(s, me.user.email));
  const faults = checks.filter((c) => c.level === 'fault').length;
  const set = (part: Partial<Details>) => draft.patch({ details: { ...draft.value.details, ...part } });
  return (
    <>
      <PanelHead
        title={t('editor.step.send')}
        lead={t(alone ? 'editor.send.lead_self' : 'editor.send.lead')}
      />
      <div className="panel-body">
        {checks.length > 0 && <CheckList checks={checks} />}
        <TextField
          label={t('editor.send.subject')}
          value={details.title}
          maxLength={300}
          onChange={(e) => set({ title: e.target.value })}
        />
        {!alone && (
          <>
            <TextArea
              label={t('editor.send.message')}
              optional
              rows={4}
              maxLength={5000}
              value={details.message}
              onChange={(e) => set({ message: e.target.value })}
            />
            <Deadline />
            <SelectField
              label={t('editor.send.language')}
              hint={t('editor.send.language_hint')}
              value={details.locale}
              onChange={(e) => set({ locale: e.target.value })}
            >
              {!languages.some((l) => l === details.locale) && (
                <option value={details.locale}>{details.locale}</option>
              )}
              {languages.map((l) => (
                <option key={l} value={l} lang={l}>
                  {languageNames[l]}
                </option>
              ))}
            </SelectField>
          </>
        )}
        {!alone && !me.channels.email && (
          <Notice tone="warn">
            <p>{t('editor.send.no_mail')}</p>
          </Notice>
        )}
        {checks.length === 0 && <CheckList checks={checks} />}
      </div>
      <footer className="panel-foot send-foot">
        {faults > 0 && (
          <p id="send-why" className="send-why">
            <Icon name="alert" className="bad" />
            {t('editor.checks.faults', { n: faults })}
          </p>
        )}
        <button
          type="button"
          className="button primary"
          aria-disabled={faults > 0}
          aria-describedby={faults > 0 ? 'send-why' : undefined}
          onClick={() => (faults === 0 ? setReview(true) : toFirst())}
        >
          <Icon name={alone ? 'pen' : 'send'} />
          {t(alone ? 'editor.send.sign_now' : 'editor.send.review')}
        </button>
      </footer>
      <ReviewDialog open={review} alone={alone} onClose={() => setReview(false)} />
    </>
  );
}

/** The button cannot go on yet; it leads to why. */
function toFirst(): void {
  const row = document.querySelector<HTMLElement>('.ed-panel .check-row');
  row?.scrollIntoView({ block: 'center' });
  row?.focus();
}

/** Whether the one who prepares this is also the only one who signs, and nobody else hears of it. */
export function onlyMe(s: State, email: string): boolean {
  const [first, more] = s.people;
  return !more && first?.role === 'signer' && first.email.trim().toLowerCase() === email.toLowerCase();
}
