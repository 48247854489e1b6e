/** Where a pointer is, with how far it went since it came down, in CSS pixels of the scrolled content. */
export interface Moved {
  x: number;
  y: number;
  dx: number;
  dy: number;
  event: PointerEvent;
}

export interface Tracking {
  /** Once a frame at most, after the pointer has left the place where it came down. */
  move(m: Moved): void;
  /** The pointer went up; without a move it was a click. */
  end(m: Moved, wasMoved: boolean): void;
  cancel?(): void;
}

/** Pixels that a hand trembles. */
const tremble = 4;
/** Pixels from the edge of the view at which it scrolls along. */
const edge = 36;

/**
 * Follows a pointer until it goes up. However many events arrive, there is one move a frame; near the edges the
 * view scrolls. Escape calls it off.
 */
export function track(down: PointerEvent, scroller: HTMLElement, t: Tracking): void {
  const from = { x: down.clientX, y: down.clientY, left: scroller.scrollLeft, top: scroller.scrollTop };
  let last = down;
  let frame = 0;
  let started = false;

  const now = (): Moved => ({
    x: last.clientX,
    y: last.clientY,
    dx: last.clientX - from.x + scroller.scrollLeft - from.left,
    dy: last.clientY - from.y + scroller.scrollTop - from.top,
    event: last,
  });
  const tick = () => {
    frame = 0;
    t.move(now());
    if (scrollAlong(scroller, last)) frame = requestAnimationFrame(tick);
  };
  const move = (e: PointerEvent) => {
    if (e.pointerId !== down.pointerId) return;
    last = e;
    started ||= Math.hypot(e.clientX - from.x, e.clientY - from.y) >= tremble;
    if (started && !frame) frame = requestAnimationFrame(tick);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', cancel);
    window.removeEventListener('keydown', key, true);
  };
  const up = (e: PointerEvent) => {
    if (e.pointerId !== down.pointerId) return;
    last = e;
    stop();
    t.end(now(), started);
  };
  const cancel = () => {
    stop();
    t.cancel?.();
  };
  const key = (e: KeyboardEvent) => {
    if (e.key !== 'Escape') return;
    e.preventDefault();
    e.stopPropagation();
    cancel();
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', cancel);
  window.addEventListener('keydown', key, true);
}

function scrollAlong(scroller: HTMLElement, e: PointerEvent): boolean {
  const view = scroller.getBoundingClientRect();
  if (e.clientX < view.left || e.clientX > view.right) return false;
  const by = pull(e.clientY, view.top, view.bottom);
  if (by === 0) return false;
  const before = scroller.scrollTop;
  scroller.scrollTop += by;
  return scroller.scrollTop !== before;
}

function pull(at: number, from: number, to: number): number {
  if (at < from + edge) return -Math.min(16, (from + edge - at) / 2);
  if (at > to - edge) return Math.min(16, (at - to + edge) / 2);
  return 0;
}

/** The page under a point of the window, whatever lies over it. */
export function pageUnder(x: number, y: number): { page: number; element: HTMLElement } | undefined {
  for (const el of document.elementsFromPoint(x, y)) {
    if (el instanceof HTMLElement && el.classList.contains('pdf-page')) {
      return { page: Number(el.dataset.page), element: el };
    }
  }
  return undefined;
}
