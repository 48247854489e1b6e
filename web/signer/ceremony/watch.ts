import { follow } from './follow';
import type { Sitting } from './sitting';
import type { Progress, View } from './types';

/**
 * Follows the envelope while the recipient reads and fills in, as long as the page is looked at: what they signed in
 * another window, and what the sender took back, shows here at once. A page in the background holds no connection.
 */
export function watch(s: Sitting): void {
  let end: (() => void) | undefined;
  const change = () => {
    const open = (s.stage === 'document' || s.stage === 'review') && !s.ended;
    if (!open || document.visibilityState !== 'visible') {
      end?.();
      end = undefined;
      return;
    }
    end ??= follow(
      s.calls.events(),
      (p) => {
        if (differs(s.view, p)) void s.reread();
      },
      () => void s.reread(),
    );
  };
  document.addEventListener('visibilitychange', change);
  s.subscribe(change);
  change();
}

/** Whether the server knows of more than the page shows. */
export function differs(v: View, p: Progress): boolean {
  return v.state !== p.state || v.recipient_state !== p.recipient_state;
}
