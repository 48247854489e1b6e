import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schemas } from '@shared/api/client';
import type { Cookie } from 'playwright-core';

const program = process.env.CONSIGIL_BIN ?? fileURLToPath(new URL('../../../bin/consigil', import.meta.url));

/** Compiled render code, kept between servers: it can be made again. */
const cache = join(tmpdir(), 'consigil-web-e2e-cache');

/** A field as tests place it: points from the lower left corner, the first document and page unless said. */
export interface Place {
  recipient: number;
  type?: string;
  required?: boolean;
  document?: number;
  page?: number;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  config?: Record<string, unknown>;
}

/** A recipient as tests name them. */
export type Person = { name: string; email: string; role?: string; locale?: string; order?: number };

/** One real server on an empty data directory, with its own address. */
export class World {
  readonly data = mkdtempSync(join(tmpdir(), 'consigil-web-e2e-'));
  url = '';
  /** The link that the first start printed. */
  signInLink = '';
  log = '';
  /** Cookies of the first admin, once somebody has signed in with the printed link. */
  session: Cookie[] = [];
  #key = '';
  #args: string[];
  #child: ChildProcess | undefined;

  private constructor(args: string[]) {
    this.#args = args;
  }

  /** Starts a server; more arguments are handed to `serve`. */
  static async start(...args: string[]): Promise<World> {
    const w = new World(args);
    await w.#serve('127.0.0.1:0');
    w.#key = readFileSync(join(w.data, 'initial-api-key'), 'utf8').trim();
    return w;
  }

  async #serve(listen: string): Promise<void> {
    const args = ['serve', '--data', this.data, '--listen', listen, '--cache-dir', cache, ...this.#args];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let out = '';
    child.stderr.on('data', (b) => {
      this.log += b;
    });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server did not start: ${this.log}`)), 30_000);
      child.stdout.on('data', (b) => {
        out += b;
        if (!/Data |admin sign-in-link/.test(out)) return;
        clearTimeout(late);
        resolve();
      });
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${this.log}`)));
    });
    this.url = /serves at (\S+)/.exec(out)?.[1] ?? this.url;
    this.signInLink = /https?:\S+\/sign-in#\S+/.exec(out)?.[0] ?? this.signInLink;
    await this.#live();
  }

  async #live(): Promise<void> {
    await eventually('a living server', async () => {
      const answer = await fetch(`${this.url}/livez`).catch(() => undefined);
      return answer?.ok;
    });
  }

  /** Ends the server as an operator would, and waits. */
  async halt(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.removeAllListeners('exit');
    child.once('exit', () => undefined);
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await Promise.race([gone, ended]);
  }

  /** Starts again on the same data and address. */
  async resume(): Promise<void> {
    await this.#serve(new URL(this.url).host);
  }

  /** Ends the server and takes its data away. */
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Asks the API with the first key; a body that is not bytes goes as JSON. */
  async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined) as T;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}` };
    const bytes = body instanceof Uint8Array;
    if (body !== undefined) headers['Content-Type'] = bytes ? 'application/pdf' : 'application/json';
    const payload = bytes
      ? (body as Uint8Array<ArrayBuffer>)
      : body === undefined
        ? undefined
        : JSON.stringify(body);
    return fetch(`${this.url}/api/v1${path}`, { method, headers, body: payload ?? null });
  }

  /** Downloads a file. */
  async bytes(path: string): Promise<Uint8Array> {
    const answer = await this.ask('GET', path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  async upload(name: string, pdf: Uint8Array): Promise<string> {
    const { id } = await this.api<{ id: string }>('POST', `/uploads?name=${encodeURIComponent(name)}`, pdf);
    return id;
  }

  /** Makes a draft. */
  async draft(
    title: string,
    pdfs: Uint8Array[],
    people: Person[],
    places: Place[],
  ): Promise<Schemas['EnvelopeView']> {
    const documents: unknown[] = [];
    for (const [i, pdf] of pdfs.entries())
      documents.push({ upload: await this.upload(`document-${i + 1}.pdf`, pdf) });
    return this.api('POST', '/envelopes', {
      title,
      documents,
      recipients: people.map((p) => ({ role: 'signer', ...p })),
      fields: places.map(fieldOf),
    });
  }

  /** Makes an envelope and sends it. */
  async sent(
    title: string,
    pdfs: Uint8Array[],
    people: Person[],
    places: Place[],
  ): Promise<Schemas['EnvelopeView']> {
    const draft = await this.draft(title, pdfs, people, places);
    await this.api('POST', `/envelopes/${draft.id}/send`);
    return this.until(draft.id, 'sent');
  }

  /** Waits for a state of an envelope. */
  async until(envelope: string, state: string): Promise<Schemas['EnvelopeView']> {
    let seen: Schemas['EnvelopeView'] | undefined;
    await eventually(
      `state ${state}`,
      async () => {
        seen = await this.api<Schemas['EnvelopeView']>('GET', `/envelopes/${envelope}`);
        return seen.state === state;
      },
      () => `it is ${seen?.state}`,
    );
    return seen as Schemas['EnvelopeView'];
  }

  /** The link of a recipient, who is counted from 1. */
  async link(e: Schemas['EnvelopeView'], recipient: number): Promise<string> {
    const id = e.recipients?.[recipient - 1]?.id;
    const { url } = await this.api<{ url: string }>('POST', `/envelopes/${e.id}/recipients/${id}/link`);
    return url;
  }

  /** A fresh sign-in link of a user, who is made where there is none. */
  async user(name: string, email: string, role: string): Promise<string> {
    const { id } = await this.api<{ id: string }>('POST', '/users', { name, email, role });
    const { link } = await this.api<Schemas['SignInLinkOutputBody']>('POST', `/users/${id}/sign-in-link`);
    return link;
  }
}

function fieldOf(p: Place): Record<string, unknown> {
  const { recipient, document, ...rest } = p;
  return {
    type: 'signature',
    required: true,
    page: 1,
    x: 72,
    y: 120,
    width: 180,
    height: 50,
    ...rest,
    document_position: document ?? 1,
    recipient_position: recipient,
  };
}

/** Waits for something that another part does. */
export async function eventually(
  what: string,
  happened: () => Promise<unknown> | unknown,
  instead: () => string = () => '',
  patience = 30_000,
): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (await happened()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come; ${instead()}`);
}
