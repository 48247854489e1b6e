import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { World } from './world.ts';

/** How a person looks at the product. */
export interface View {
  width?: number;
  height?: number;
  dark?: boolean;
  language?: string;
  reducedMotion?: boolean;
  forcedColors?: boolean;
  /** Text at 200 %, as the browser's own setting makes it. */
  largeText?: boolean;
  script?: boolean;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Promise<Browser> | undefined;

/** The one browser of a test file. */
export function theBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: process.env.CONSIGIL_CHROMIUM ?? '/usr/bin/chromium',
    args: flags,
  });
  return browser;
}

const visitors = new Set<Visitor>();

/** One person with a browser of their own: nothing is shared with another visitor. */
export class Visitor {
  /** What no page may do: an error in the console, a policy violated, a request to a stranger. */
  readonly faults: string[] = [];
  readonly world: World;
  readonly context: BrowserContext;
  readonly view: View;
  page!: Page;

  private constructor(world: World, context: BrowserContext, view: View) {
    this.world = world;
    this.context = context;
    this.view = view;
  }

  static async open(world: World, view: View = {}): Promise<Visitor> {
    const width = view.width ?? 1280;
    const phone = width < 500;
    const context = await (await theBrowser()).newContext({
      viewport: { width, height: view.height ?? (phone ? 844 : 800) },
      colorScheme: view.dark ? 'dark' : 'light',
      locale: view.language ?? 'en',
      timezoneId: 'Europe/Budapest',
      reducedMotion: view.reducedMotion ? 'reduce' : 'no-preference',
      forcedColors: view.forcedColors ? 'active' : 'none',
      hasTouch: phone,
      isMobile: phone,
      deviceScaleFactor: 1,
      javaScriptEnabled: view.script ?? true,
      acceptDownloads: true,
    });
    context.setDefaultTimeout(20_000);
    const v = new Visitor(world, context, view);
    visitors.add(v);
    context.on('page', (page) => v.#watch(page));
    v.page = await context.newPage();
    if (view.largeText) await enlarge(v.page);
    return v;
  }

  #watch(page: Page): void {
    page.on('pageerror', (e) => this.faults.push(`script: ${e.message}`));
    page.on('console', (m) => {
      // A refused call is told by the page in its own words; the browser's line about it is no fault of ours.
      if (m.type() !== 'error' || m.text().startsWith('Failed to load resource')) return;
      this.faults.push(`console at ${new URL(page.url()).pathname}: ${m.text()}`);
    });
    page.on('request', (r) => {
      const own = [new URL(this.world.url).origin, 'null'];
      if (!own.includes(new URL(r.url()).origin)) this.faults.push(`request to ${r.url()}`);
    });
  }

  /** Goes to a path of the server, or to a link. */
  async go(path: string): Promise<Page> {
    const target = path.startsWith('/') ? this.world.url + path : path;
    const here = this.page.url();
    await this.page.goto(target);
    // A change of the fragment alone does not load the page anew.
    if (here.split('#')[0] === target.split('#')[0] && target.includes('#')) await this.page.reload();
    return this.page;
  }

  /** Signs in without the page, for tests of what comes after. The first admin's session is shared: links work once. */
  async signIn(link?: string): Promise<void> {
    const { world, context } = this;
    if (!link && world.session.length > 0) return context.addCookies(world.session);
    const token = new URL(link ?? world.signInLink).hash.slice(1);
    const answer = await context.request.post(`${world.url}/api/v1/sessions/exchange`, {
      data: { token },
      headers: { Origin: world.url },
    });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
    if (!link) world.session = await context.cookies();
  }

  async close(): Promise<void> {
    visitors.delete(this);
    await this.context.close();
  }
}

/** Takes a picture of every open page, for whoever looks into a failure. */
export async function photograph(path: string): Promise<void> {
  const pages = [...visitors].flatMap((v) => v.context.pages());
  for (const [i, page] of pages.entries())
    await page.screenshot({ path: `${path}-${i + 1}.png` }).catch(() => undefined);
}

/** Sets the reader's own text size to twice the usual, as the browser's settings do. */
async function enlarge(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
}

/** Closes everybody who is still there; answers what their pages did wrong. */
export async function sweep(): Promise<string[]> {
  const faults: string[] = [];
  for (const v of [...visitors]) {
    faults.push(...v.faults);
    await v.close();
  }
  return faults;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
