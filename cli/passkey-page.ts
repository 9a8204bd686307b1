// The one page on which a passkey is made or used: served by the command itself, on this machine, for one answer. It loads nothing
// from anywhere else, and whoever has not the token of its address gets nothing and can say nothing.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { CliFailure } from './failure.ts';
import { HTML, SCRIPT, STYLE } from './passkey-page-content.ts';
import type { Terminal } from './terminal.ts';

export interface Asked {
  does: 'use' | 'make';
  /** What WebAuthn is asked, as @simplewebauthn/browser takes it. */
  options: unknown;
  /** What the person reads beside it. */
  shown: readonly string[];
}

const WITHIN_MS = 5 * 60_000;
const LONGEST_ANSWER = 64 * 1_024;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
};

/** The package's own build for a page without a bundler; it exports its modules alone, so it is found beside them. */
const BROWSER_LIBRARY = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@simplewebauthn/browser')),
  '../dist/bundle/index.umd.min.js',
);

/** Of the origins in people.yaml the one that this machine can serve. */
export function localOrigin(origins: readonly string[]): URL {
  const found = origins.find((origin) => /^http:\/\/localhost:\d+$/.test(origin));
  if (found !== undefined) return new URL(found);
  throw new CliFailure(
    'usage',
    'No page of this machine may ask for passkeys: add http://localhost:PORT to `passkeys.origins` in people.yaml, with `rpId: localhost`.',
  );
}

/** Opens the page at this origin and resolves with what the authenticator answered. */
export async function askedOnPage(terminal: Terminal, origin: URL, asked: Asked): Promise<unknown> {
  const token = randomBytes(32).toString('base64url');
  const library = await readFile(BROWSER_LIBRARY);
  const files: Readonly<Record<string, readonly [type: string, content: string | Buffer]>> = {
    '/': ['text/html', HTML],
    '/page.css': ['text/css', STYLE],
    '/page.js': ['text/javascript', SCRIPT],
    '/webauthn.js': ['text/javascript', library],
  };
  let answered: (answer: unknown) => void = () => {};
  let refused: (error: unknown) => void = () => {};
  const answer = new Promise<unknown>((resolve, reject) => {
    answered = resolve;
    refused = reject;
  });
  const server = createServer((request, response) => {
    const asks = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.headers.host !== origin.host) return end(response, 421, 'This is another host.');
    const file = request.method === 'GET' && Object.hasOwn(files, asks) ? files[asks] : undefined;
    if (file !== undefined) return end(response, 200, file[1], file[0]);
    if (request.method !== 'POST' || !isFromThePage(request, origin, token))
      return end(response, 403, 'Only the page itself may ask this.');
    if (asks === '/ask') return end(response, 200, JSON.stringify(asked), 'application/json');
    if (asks !== '/answer') return end(response, 404, 'There is nothing here.');
    answerIn(request).then(
      (value) => {
        end(response, 204, '');
        answered(value);
      },
      () => end(response, 400, 'That is no answer.'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new CliFailure('usage', `The page at ${origin.origin} cannot be served: something else is there.`, {
          cause: error,
        }),
      ),
    );
    server.listen(Number(origin.port), '127.0.0.1', resolve);
  });
  const timer = setTimeout(
    () => refused(new CliFailure('tooLate', 'No passkey was used in time. Nothing was signed.')),
    WITHIN_MS,
  );
  try {
    const page = `${origin.origin}/#${token}`;
    terminal.err(`Use your passkey here: ${page}`);
    await terminal
      .browse(page)
      .catch(() => terminal.err('No browser could be opened: open the address yourself.'));
    return await answer;
  } finally {
    clearTimeout(timer);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }
}

function end(response: ServerResponse, status: number, content: string | Buffer, type = 'text/plain'): void {
  response
    // Nothing is kept open for a page that is asked once.
    .writeHead(status, { ...HEADERS, connection: 'close', 'content-type': `${type}; charset=utf-8` })
    .end(status === 204 ? undefined : content);
}

function isFromThePage({ headers }: IncomingMessage, origin: URL, token: string): boolean {
  const sent = Buffer.from(String(headers['x-custody-token'] ?? ''));
  const right = Buffer.from(token);
  return headers.origin === origin.origin && sent.length === right.length && timingSafeEqual(sent, right);
}

async function answerIn(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? Infinity) > LONGEST_ANSWER) throw new Error('too long');
  return JSON.parse(await text(request)) as unknown;
}
