import type { PageSize } from '@shared/pdf/geometry';
import type { Guide } from '../model/snap';

/** The lines that show to what a moving field is aligned. */
export class Guides {
  #lines = { x: line('x'), y: line('y') };

  show(overlay: HTMLElement, page: PageSize, guides: readonly Guide[]): void {
    for (const axis of ['x', 'y'] as const) {
      const el = this.#lines[axis];
      const guide = guides.find((g) => g.axis === axis);
      el.hidden = !guide;
      if (!guide) continue;
      if (el.parentElement !== overlay) overlay.append(el);
      if (axis === 'x') el.style.left = `${(guide.at / page.width) * 100}%`;
      else el.style.top = `${(guide.at / page.height) * 100}%`;
    }
  }

  hide(): void {
    this.#lines.x.remove();
    this.#lines.y.remove();
  }
}

function line(axis: 'x' | 'y'): HTMLElement {
  const el = document.createElement('div');
  el.className = `guide guide-${axis}`;
  el.setAttribute('aria-hidden', 'true');
  return el;
}
