import type { Page } from 'playwright-core';
import type { Seed } from './seed.ts';

/** Every screen of the console, by its address in a seeded installation. */
export const screens = (seeded: Seed): Record<string, string> => ({
  home: '/',
  'home-none': '/?text=nothing',
  new: '/new',
  editor: `/envelopes/${seeded.draft.id}/edit`,
  'envelope-sent': `/envelopes/${seeded.sent.id}`,
  'envelope-half': `/envelopes/${seeded.half.id}`,
  'envelope-done': `/envelopes/${seeded.done.id}`,
  'envelope-refused': `/envelopes/${seeded.refused.id}`,
  messages: '/messages',
  users: '/users',
  'api-keys': '/api-keys',
  certificates: '/certificates',
  audit: '/audit',
  settings: '/settings',
  branding: '/branding',
  account: '/account',
  'sign-in': '/sign-in',
  'envelope-voided': `/envelopes/${seeded.voided.id}`,
  draft: `/envelopes/${seeded.draft.id}`,
  'home-filtered': '/?group=waiting&text=lease',
  'no-such-envelope': '/envelopes/01a20564-0000-7000-8000-000000000000',
  'not-found': '/envelopes/nothing/here/at/all',
});

/** A dialog or a step: the screen on which it is, and what opens it. */
export interface Opening {
  at: string;
  open(page: Page): Promise<void>;
}

const step = (page: Page, n: number) =>
  page
    .getByRole('navigation')
    .getByRole('button')
    .nth(n - 1)
    .click();

/** The buttons of the section for a certificate of one's own, in their order. */
const bought = (page: Page, n: number) =>
  page.locator('section[aria-labelledby="own-certificate"] .form-actions .button').nth(n).click();

/** Every dialog of the console, and the steps of the editor. */
export const dialogs = (seeded: Seed): Record<string, Opening> => ({
  'dialog-new-user': { at: '/users', open: (p) => p.locator('main .button.primary').first().click() },
  'dialog-new-key': { at: '/api-keys', open: (p) => p.locator('main .button.primary').first().click() },
  'dialog-import-certificate': { at: '/certificates', open: (p) => bought(p, 0) },
  'dialog-request-certificate': { at: '/certificates', open: (p) => bought(p, 1) },
  'dialog-message': {
    at: '/messages',
    open: (p) => p.locator('main :is(tbody, ul, ol) :is(button, a)').first().click(),
  },
  'dialog-audit': {
    at: '/audit',
    open: (p) => p.locator('main :is(tbody, ul, ol) :is(button, a)').first().click(),
  },
  'dialog-handover': {
    at: `/envelopes/${seeded.sent.id}?handover=1`,
    open: (p) => p.getByRole('dialog').locator('li .button').first().click(),
  },
  'editor-people': { at: `/envelopes/${seeded.draft.id}/edit`, open: (p) => step(p, 2) },
  'editor-fields': { at: `/envelopes/${seeded.draft.id}/edit`, open: (p) => step(p, 3) },
  'editor-send': { at: `/envelopes/${seeded.draft.id}/edit`, open: (p) => step(p, 4) },
  'editor-review': {
    at: `/envelopes/${seeded.draft.id}/edit`,
    open: async (p) => {
      await step(p, 4);
      await p.locator('.ed-panel .button.primary').last().click();
    },
  },
});
