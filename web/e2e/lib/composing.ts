import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Visitor } from './visitor.ts';
import { words } from './words.ts';
import type { Person } from './world.ts';

/** A file as a person chooses it. */
export interface Chosen {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export const chosen = (name: string, pdf: Uint8Array): Chosen => ({
  name,
  mimeType: 'application/pdf',
  buffer: Buffer.from(pdf),
});

const says = (key: string, values: Record<string, string | number> = {}) => words('editor', key, values);

/** What a sender does to send an envelope, in the words that they see. */
export class Composing {
  readonly page: Page;

  constructor(v: Visitor) {
    this.page = v.page;
  }

  button(key: string, values?: Record<string, string | number>): Locator {
    return this.page.getByRole('button', { name: says(key, values), exact: true });
  }

  /** From the home page to a draft with files. */
  async begin(...files: Chosen[]): Promise<void> {
    await this.page
      .getByRole('link', { name: words('console', 'nav.new') })
      .first()
      .click();
    await this.page.getByRole('heading', { level: 1, name: says('editor.new.title') }).waitFor();
    await this.page.locator('input[type=file]').first().setInputFiles(files);
    await this.page.waitForURL('**/edit');
    for (const f of files) await this.page.getByText(f.name).first().waitFor();
  }

  async step(name: 'documents' | 'people' | 'fields' | 'send'): Promise<void> {
    const step = this.page.getByRole('navigation', { name: says('editor.steps') });
    const button = step.getByRole('button', { name: new RegExp(`^${says(`editor.step.${name}`)}`) });
    await button.click();
    await this.page.locator(`.editor.step-${name}`).waitFor();
  }

  async people(...people: Person[]): Promise<void> {
    await this.step('people');
    for (const [i, p] of people.entries()) {
      await this.button('editor.people.add').click();
      await this.page
        .getByRole('textbox', { name: says('editor.people.name'), exact: true })
        .nth(i)
        .fill(p.name);
      await this.page
        .getByRole('textbox', { name: says('editor.people.email'), exact: true })
        .nth(i)
        .fill(p.email);
    }
  }

  /** Places a field: chooses it, then clicks on the page, at parts of its width and height. */
  async place(person: string, type: string, x: number, y: number): Promise<void> {
    await this.uncover();
    await this.page.getByRole('radio', { name: person }).check();
    await this.kind(type).click();
    const first = this.page.locator('.pdf-page').first();
    await first.evaluate((e) => e.scrollIntoView({ block: 'start' }));
    const box = await first.boundingBox();
    if (!box) throw new Error('no page is in view');
    await this.page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    // The settings of the new field come in a part of their own: only then can they be closed.
    if (this.#small) await this.button('editor.unchoose').waitFor();
  }

  /** On a small screen the settings of a field lie over the palette: closes them. */
  async uncover(): Promise<void> {
    const close = this.button('editor.unchoose');
    if (this.#small && (await close.isVisible())) await close.click();
  }

  get #small(): boolean {
    return (this.page.viewportSize()?.width ?? 0) < 1000;
  }

  kind(type: string): Locator {
    return this.page
      .locator('.palette')
      .getByRole('button', { name: says(`editor.type.${type}`), exact: true });
  }

  /** Waits until what was done is kept. */
  async saved(): Promise<void> {
    await this.page
      .getByText(new RegExp(`^${says('editor.saved', { time: '' }).trim()}`))
      .first()
      .waitFor();
  }

  /** Reviews and sends; then the envelope's page offers what comes next. */
  async send(): Promise<void> {
    await this.uncover();
    await this.step('send');
    expect(await this.page.locator('section[aria-labelledby=checks-faults] li').allTextContents()).toEqual(
      [],
    );
    await this.button('editor.send.review').click();
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: says('editor.review.send'), exact: true })
      .click();
    await this.page.waitForURL(/\/envelopes\/[0-9a-f-]+\?/);
  }

  /** The envelope that is open. */
  get envelope(): string {
    return /envelopes\/([0-9a-f-]+)/.exec(this.page.url())?.[1] ?? '';
  }

  /** The link of a person, from the page that hands them over. */
  async link(name: string): Promise<string> {
    const dialog = this.page.getByRole('dialog', { name: words('envelope', 'handover.title') });
    const item = dialog.getByRole('listitem').filter({ hasText: name });
    await item.getByRole('button', { name: words('envelope', 'handover.show') }).click();
    return (await item.locator('.linktext').textContent())?.trim() ?? '';
  }
}
