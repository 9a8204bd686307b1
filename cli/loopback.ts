// Where the browser comes back to after a login: a server on this machine alone that takes one answer at a time and shows nothing but
// a line of text.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

export interface Loopback {
  /** What the identity provider is told to send the browser to. */
  redirectUri: string;
  /** Sends the browser to this page, which must carry a `state`, and resolves with the address at which it comes back. */
  visit(url: URL): Promise<URL>;
  /** Tells whoever looks at the browser how it went, and ends. */
  close(says: string): Promise<void>;
}

const HOST = '127.0.0.1';
const PATH = '/callback';

const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  // The address holds the code of the login.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export async function openLoopback(terminal: Terminal, withinMs: number): Promise<Loopback> {
  let awaited: { state: string; back: (url: URL) => void } | null = null;
  /** The browser that has come back and waits to be told where to go. */
  let held: ServerResponse | null = null;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    const isBack =
      request.method === 'GET' &&
      request.headers.host === url.host &&
      url.pathname === PATH &&
      awaited !== null &&
      // Any page can send a browser here; only the provider knows what it was asked with.
      url.searchParams.get('state') === awaited.state;
    if (!isBack) {
      response.writeHead(404, HEADERS).end('Nothing is waited for here.\n');
      return;
    }
    held = response;
    awaited?.back(url);
    awaited = null;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, HOST, resolve);
  });
  const redirectUri = `http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`;

  return {
    redirectUri,
    async visit(url) {
      const state = url.searchParams.get('state') ?? '';
      let timer: NodeJS.Timeout | undefined;
      const back = new Promise<URL>((resolve, reject) => {
        awaited = { state, back: resolve };
        timer = setTimeout(
          () => reject(new CliFailure('tooLate', 'Nobody logged in in time. Nothing was signed.')),
          withinMs,
        );
      });
      // Where sending fails, nobody waits for it any more.
      back.catch(() => {});
      try {
        await sendTo(url);
        return await back;
      } finally {
        clearTimeout(timer);
      }
    },
    async close(says) {
      held?.writeHead(200, HEADERS).end(`${says} You can close this window.\n`);
      held = null;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };

  async function sendTo(url: URL): Promise<void> {
    if (held !== null) {
      held.writeHead(302, { ...HEADERS, location: url.href }).end();
      held = null;
      return;
    }
    terminal.err(`Log in here: ${url.href}`);
    await terminal
      .browse(url.href)
      .catch(() => terminal.err('No browser could be opened: open the address yourself.'));
  }
}
