import type { Locator, Page } from 'playwright-core';
import type { Visitor } from './visitor.ts';
import { words } from './words.ts';

/** What a person does on the recipient's pages, in the words that they see. */
export class Signing {
  readonly v: Visitor;
  readonly page: Page;
  /** The language of the page: the recipient's, where the sender named one. */
  language = 'en';

  constructor(v: Visitor, language = v.view.language ?? 'en') {
    this.v = v;
    this.page = v.page;
    this.language = language;
  }

  says(key: string, values: Record<string, string | number> = {}): string {
    return words('signer', key, values, this.language);
  }

  button(key: string, values?: Record<string, string | number>): Locator {
    return this.page.getByRole('button', { name: this.says(key, values) });
  }

  /** Opens the link, reads and agrees: the document stands there. */
  async arrive(link: string): Promise<void> {
    await this.consent(link);
    await this.agree();
  }

  /** Opens the link, up to the consent. */
  async consent(link: string): Promise<void> {
    await this.v.go(link);
    await this.page.getByRole('button', { name: words('pages', 'link.open', {}, this.language) }).click();
    await this.page.getByRole('checkbox').waitFor();
  }

  async agree(): Promise<void> {
    await this.page.getByRole('checkbox').check();
    await this.page.getByRole('button', { name: words('pages', 'consent.go', {}, this.language) }).click();
    await this.page.locator('.pages').waitFor();
  }

  /** The button that leads on: to the next field or to the review. */
  get next(): Locator {
    return this.page.locator('#next');
  }

  /** Fills every field that is left, as the page leads; then stands before the review. */
  async fill(texts: Record<string, string> = {}): Promise<void> {
    for (let round = 0; round < 40; round++) {
      if ((await this.next.textContent())?.trim() === this.says('bar.review')) return;
      await this.next.click();
      await this.#arrived();
      if (await this.sheet.isVisible()) await this.fillSheet(texts);
      else await this.fillControl(this.page.locator(':focus'), texts);
    }
    throw new Error('the fields never end');
  }

  /** The next field is there: in a sheet where there is little room, else under the cursor. */
  async #arrived(): Promise<void> {
    await this.page.waitForFunction(() => {
      const at = document.activeElement;
      return (
        document.querySelector('.sheet') ||
        (at !== document.body && at?.closest('.pages') && at.tagName !== 'SECTION')
      );
    });
  }

  get sheet(): Locator {
    return this.page.locator('.sheet');
  }

  /** Goes through the sheet that phones show, to its end. */
  async fillSheet(texts: Record<string, string>): Promise<void> {
    for (let round = 0; round < 40; round++) {
      await this.fillControl(
        this.sheet.locator('.entry').locator('button, input, select, textarea').first(),
        texts,
      );
      const last = this.sheet.getByRole('button', { name: this.says('sheet.finish'), exact: true });
      const ends = await last.isVisible();
      await this.sheet.locator('.sheet-foot .primary').click();
      if (ends) return;
    }
  }

  async fillControl(control: Locator, texts: Record<string, string>): Promise<void> {
    const [tag, type, label] = await control.evaluate((e) => {
      const named =
        e.getAttribute('aria-label') ?? e.closest('.field')?.querySelector('label')?.textContent ?? '';
      return [e.tagName, e.getAttribute('type') ?? '', named] as const;
    });
    if (tag === 'BUTTON') {
      await control.click();
      await this.adopt();
    } else if (type === 'checkbox') await control.check();
    else if (tag === 'SELECT') await control.selectOption({ index: 1 });
    else
      await control.fill(
        Object.entries(texts).find(([name]) => label.startsWith(name))?.[1] ?? 'Seen and agreed',
      );
  }

  /** Takes the signature that is offered, or one that is typed, where the dialog opened at all. */
  async adopt(text?: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.waitFor({ timeout: 1500 }).catch(() => undefined);
    if (!(await dialog.isVisible())) return; // made before: the press has placed it
    if (text !== undefined) await dialog.getByRole('textbox').fill(text);
    await dialog.locator('.primary').click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** From the document to the review. */
  async review(): Promise<void> {
    await this.button('bar.review').click();
    await this.page.getByRole('heading', { level: 1, name: this.says('review.title') }).waitFor();
    await this.act.waitFor();
  }

  /** The one button that signs. */
  get act(): Locator {
    return this.page.locator('main .primary');
  }

  /** The last press; then the page says that it is signed. */
  async sign(): Promise<void> {
    await this.act.click();
    await this.signed();
  }

  async signed(): Promise<void> {
    const titles = [this.says('after.title'), this.says('after.title_sealed')];
    await this.page
      .getByRole('heading', { level: 1, name: new RegExp(titles.join('|')) })
      .waitFor({ timeout: 20_000 });
  }

  /** Everything, from the link to the end. */
  async through(link: string, texts?: Record<string, string>): Promise<void> {
    await this.arrive(link);
    await this.fill(texts);
    await this.review();
    await this.sign();
  }
}
