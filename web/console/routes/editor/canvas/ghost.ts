import * as edit from '../model/edit';
import type { Draft } from '../model/state';
import { personColor, typeName } from '../model/words';

/** What is carried under the pointer: as large as the field will be, in the colour of the one who fills it in. */
export function ghostOf(type: string, draft: Draft, scale: number): HTMLElement {
  const el = document.createElement('div');
  const { people, who } = draft.value;
  const { width, height } = edit.usual(draft.value, type);
  el.className = 'ghost';
  el.textContent = typeName(type);
  el.setAttribute('aria-hidden', 'true');
  el.style.inlineSize = `${width * scale}px`;
  el.style.blockSize = `${height * scale}px`;
  const person = people.find((p) => p.id === who);
  el.style.setProperty('--who', personColor(person, people));
  document.body.append(el);
  return el;
}

/** Puts the middle of what is carried under the pointer. */
export function carryTo(ghost: HTMLElement, at: { clientX: number; clientY: number }): void {
  ghost.style.transform = `translate(${at.clientX}px, ${at.clientY}px) translate(-50%, -50%)`;
}

/** While a type waits for its click, shows over the pages where and how large it would be. */
export class Preview {
  #draft: Draft;
  #scroller: HTMLElement;
  #scale: () => number;
  #ghost: HTMLElement | undefined;
  #stop: () => void;

  constructor(draft: Draft, scroller: HTMLElement, scale: () => number) {
    this.#draft = draft;
    this.#scroller = scroller;
    this.#scale = scale;
    this.#stop = draft.subscribe(() => !draft.value.tool && this.#hide());
    scroller.addEventListener('pointermove', this.#move);
    scroller.addEventListener('pointerdown', this.#hide);
    scroller.addEventListener('pointerleave', this.#hide);
    scroller.addEventListener('wheel', this.#hide, { passive: true });
  }

  destroy(): void {
    this.#stop();
    this.#hide();
    this.#scroller.removeEventListener('pointermove', this.#move);
    this.#scroller.removeEventListener('pointerdown', this.#hide);
    this.#scroller.removeEventListener('pointerleave', this.#hide);
    this.#scroller.removeEventListener('wheel', this.#hide);
  }

  #move = (e: PointerEvent): void => {
    const { tool } = this.#draft.value;
    const onPage = e.target instanceof Element && e.target.closest('.pdf-page');
    if (!tool || !onPage || e.pointerType === 'touch' || e.buttons !== 0) {
      this.#hide();
      return;
    }
    this.#ghost ??= ghostOf(tool, this.#draft, this.#scale());
    carryTo(this.#ghost, e);
  };

  #hide = (): void => {
    this.#ghost?.remove();
    this.#ghost = undefined;
  };
}
