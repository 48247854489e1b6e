/** What scrolls, be it an element or the window, seen one way: where its view is, and when it moves. */

export interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export class Scroller {
  #el: HTMLElement;
  #whole: boolean;
  #resize: ResizeObserver;
  #stop = new AbortController();
  #pinched: () => void;

  constructor(el: HTMLElement, moved: () => void, zoomed: () => void) {
    this.#el = el;
    this.#whole = el === document.documentElement || el === document.body;
    this.#pinched = zoomed;
    const signal = this.#stop.signal;
    (this.#whole ? document : el).addEventListener('scroll', moved, { signal, passive: true });
    globalThis.addEventListener('resize', moved, { signal });
    globalThis.visualViewport?.addEventListener('resize', () => this.#pinched(), { signal });
    this.#resize = new ResizeObserver(moved);
    this.#resize.observe(el);
  }

  destroy(): void {
    this.#stop.abort();
    this.#resize.disconnect();
  }

  /** How far the reader has pinched the window open. */
  pinch(): number {
    return globalThis.visualViewport?.scale ?? 1;
  }

  /** The view in client pixels. */
  view(): Edges {
    if (this.#whole)
      return { left: 0, top: 0, right: document.documentElement.clientWidth, bottom: innerHeight };
    const box = this.#el.getBoundingClientRect();
    return { left: box.left, top: box.top, right: box.right, bottom: box.bottom };
  }

  by(x: number, y: number): void {
    this.#el.scrollBy({ left: x, top: y, behavior: 'instant' });
  }

  /** Scrolls so that something at a height of the screen comes to the top, or, when it is so high, to the middle. */
  bring(top: number, height: number | undefined, across?: { left: number; width: number }): void {
    const view = this.view();
    const style = getComputedStyle(this.#el);
    const from = view.top + (Number.parseFloat(style.scrollPaddingTop) || 0);
    const to = view.bottom - (Number.parseFloat(style.scrollPaddingBottom) || 0);
    const down = height === undefined ? top - from - 8 : top + height / 2 - (from + to) / 2;
    this.#el.scrollBy({ left: sideways(view, across), top: down, behavior: this.#manner(down, to - from) });
  }

  /** Short ways are shown, long ones would only draw every page in between. */
  #manner(way: number, view: number): ScrollBehavior {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return still || Math.abs(way) > 2.5 * view ? 'instant' : 'smooth';
  }
}

function sideways(view: Edges, across: { left: number; width: number } | undefined): number {
  if (!across) return 0;
  const right = across.left + across.width;
  if (across.left >= view.left && right <= view.right) return 0;
  return across.left + across.width / 2 - (view.left + view.right) / 2;
}
