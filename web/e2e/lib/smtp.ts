import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** A mail server that keeps what it is given, in memory. */
export class Mailbox {
  readonly mails: { to: string[]; text: string }[] = [];
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Mailbox> {
    const server = createServer();
    const box = new Mailbox(server);
    server.on('connection', (s) => box.#serve(s));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return box;
  }

  /** Arguments with which a server sends here. */
  get args(): string[] {
    const { port } = this.#server.address() as AddressInfo;
    return [
      '--smtp-host',
      '127.0.0.1',
      '--smtp-port',
      `${port}`,
      '--smtp-tls',
      'none',
      '--smtp-from',
      'sign@example.org',
    ];
  }

  #serve(socket: Socket): void {
    let buffer = '';
    let to: string[] = [];
    let data: string[] | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const command = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-sink\r\n250 8BITMIME');
      else if (verb === 'DATA') {
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else {
        if (verb === 'RCPT') to.push(line.slice(8).replace(/[<>]/g, '').trim());
        say('250 ok');
      }
    };
    const body = (line: string) => {
      if (line !== '.') {
        data?.push(line.replace(/^\./, ''));
        return;
      }
      this.mails.push({ to, text: (data ?? []).join('\n') });
      data = undefined;
      to = [];
      say('250 kept');
    };
    socket.on('error', () => undefined);
    socket.on('data', (b) => {
      buffer += b.toString('utf8');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (data) body(line);
        else command(line);
      }
    });
    say('220 sink');
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
