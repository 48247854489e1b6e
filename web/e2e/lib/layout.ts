import type { Page } from 'playwright-core';

/** What does not fit: a page wider than its window, a text cut by its box, a control that leaves the window. */
export async function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth + 1)
      faults.push(`the page scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
    const name = (e: Element) =>
      `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''}.${String(e.getAttribute('class')).replace(/\s+/g, '.')} "${e.textContent?.trim().slice(0, 40)}"`;
    const scrolls = (e: Element | null): boolean =>
      e !== null && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    for (const e of document.querySelectorAll(
      'button, a, label, h1, h2, h3, td, th, dd, dt, p, span, input, select',
    )) {
      if (
        !(e instanceof HTMLElement) ||
        e.closest('.pdf-page, [hidden], .visually-hidden') ||
        !e.checkVisibility({ visibilityProperty: true })
      )
        continue;
      const style = getComputedStyle(e);
      const cut =
        style.overflowX !== 'visible' && style.display !== 'inline' && e.scrollWidth > e.clientWidth + 2;
      if (
        cut &&
        style.textOverflow !== 'ellipsis' &&
        !/auto|scroll/.test(style.overflowX) &&
        !(e instanceof HTMLInputElement)
      ) {
        faults.push(`cut: ${name(e)}`);
      }
      const box = e.getBoundingClientRect();
      if (
        box.width > 0 &&
        (box.right > root.clientWidth + 1 || box.left < -1) &&
        !scrolls(e.parentElement) &&
        style.position !== 'absolute'
      ) {
        faults.push(`outside: ${name(e)}`);
      }
    }
    return faults;
  });
}
