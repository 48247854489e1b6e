import { useState, useSyncExternalStore } from 'react';
import { Icon } from './icons';

type Kind = 'ok' | 'info' | 'bad';
interface Toast {
  id: number;
  text: string;
  kind: Kind;
}

let spoken = '';
let shown: Toast[] = [];
let count = 0;
const hearers = new Set<() => void>();

function tell() {
  for (const hear of hearers) hear();
}

function subscribe(hear: () => void) {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

/** Says a text to screen readers without moving the focus. The same text twice is said twice. */
export function announce(text: string): void {
  spoken = spoken === text ? `${text}\u00a0` : text;
  tell();
}

/** Shows a short message for some seconds; what must be acted on belongs in the page instead. */
export function toast(text: string, kind: Kind = 'ok'): void {
  const one = { id: ++count, text, kind };
  shown = [...shown, one];
  announce(text);
  setTimeout(
    () => {
      shown = shown.filter((other) => other !== one);
      tell();
    },
    kind === 'bad' ? 9000 : 5000,
  );
}

/**
 * What screen readers listen to. It stands in the frame, and in every open dialog too, as whatever is outside of a
 * modal dialog is silent. What was said before it stood here is not said again.
 */
export function LiveRegion() {
  const text = useSyncExternalStore(subscribe, () => spoken);
  const [before] = useState(text);
  return (
    <div className="visually-hidden live" role="status" aria-live="polite">
      {text !== before && text}
    </div>
  );
}

/** Where announcements and toasts appear; stands once, in the frame. */
export function Announcer() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <>
      <LiveRegion />
      <div className="toasts" aria-hidden="true">
        {toasts.map((one) => (
          <div key={one.id} className={`toast ${one.kind}`}>
            <Icon name={one.kind === 'ok' ? 'done' : one.kind === 'bad' ? 'alert' : 'info'} />
            {one.text}
          </div>
        ))}
      </div>
    </>
  );
}
