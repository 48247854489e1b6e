import { t } from '@shared/i18n';
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon, type IconName } from '../../parts';
import type { Step } from './model/state';
import { useEditor } from './session';

/** The heading of a step's panel, with what it is for. */
export function PanelHead({ title, lead }: { title: string; lead?: ReactNode }) {
  return (
    <header className="panel-head">
      <h2 id="ed-panel-title">{title}</h2>
      {lead && <p className="meta">{lead}</p>}
    </header>
  );
}

/** The way to the next step, at the foot of a panel. */
export function Next({ to, disabled }: { to: Step; disabled?: boolean }) {
  const { draft } = useEditor();
  const go = () => {
    if (disabled) return;
    draft.patch({ step: to, tool: undefined, selected: [] });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`.ed-step[aria-current]`)?.focus());
  };
  return (
    <footer className="panel-foot">
      <button type="button" className="button primary" aria-disabled={disabled} onClick={go}>
        {t('editor.next', { step: t(`editor.step.${to}`) })}
        <Icon name="chevron-right" className="turned" />
      </button>
    </footer>
  );
}

/** Puts the focus on an element when it appears with a reason to. */
export function useArrival<E extends HTMLElement>(wanted: boolean) {
  const ref = useRef<E>(null);
  useEffect(() => {
    if (wanted) ref.current?.focus();
  }, [wanted]);
  return ref;
}

interface ToolProps {
  icon: IconName;
  text: string;
  keys?: string;
  off?: boolean;
  pressed?: boolean;
  className?: string;
  onClick: () => void;
}

/** A button with a sign; its words are its name and its hint. */
export function Tool({ icon, text, keys, off, pressed, className, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className={`button quiet icon-only ${className ?? ''}`}
      title={text}
      aria-label={text}
      aria-keyshortcuts={keys}
      aria-pressed={pressed}
      aria-disabled={off}
      onClick={() => !off && onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}
