import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, test } from 'vitest';
import { ChannelError } from '../../../activities/notify/channel-error.ts';
import { readAllowed } from '../../../activities/notify/destination.ts';
import { webhookChannel, type WebhookOptions } from '../../../activities/notify/webhook.ts';
import { CANARY, notice, quiet, wordsOf } from './a-notice.ts';
import { selfSigned } from './self-signed.ts';

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;
const SECRET = secretOf(CANARY);
const LOOPBACK = { hosts: [], networks: readAllowed(['127.0.0.0/8', '::1'])?.networks ?? [] };
const NOTHING = { hosts: [], networks: [] };

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver that keeps what it got and answers with these, the last again and again. */
async function receiver(
  answers: { status: number; headers?: Record<string, string> }[],
  tls?: { key: string; cert: string },
) {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body });
      const answer = answers[Math.min(received.length, answers.length) - 1] ?? { status: 204 };
      response.writeHead(answer.status, answer.headers).end(`${CANARY} said the server`);
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { received, port: (server.address() as AddressInfo).port };
}

const channel = (port: number, change: Partial<WebhookOptions> = {}) =>
  webhookChannel({
    name: 'pager',
    url: new URL(`http://127.0.0.1:${port}/hooks/${CANARY}?token=${CANARY}`),
    secret: SECRET,
    allowed: LOOPBACK,
    timeoutMs: 10_000,
    ...change,
  });

async function failure(work: Promise<unknown>): Promise<ChannelError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChannelError);
  expect(wordsOf(error)).not.toContain(CANARY);
  expect(wordsOf(error)).not.toContain(SECRET);
  return error as ChannelError;
}

const headersOf = ({ headers }: Received) => headers as Record<string, string>;

describe('what is sent', () => {
  it('is the notice as JSON, with a signature that the specification’s library verifies', async () => {
    const { received, port } = await receiver([{ status: 204 }]);
    await channel(port).deliver(notice(), [], quiet);
    const [got] = received;
    if (got === undefined) throw new Error('nothing came');
    expect(got).toMatchObject({ method: 'POST', url: `/hooks/${CANARY}?token=${CANARY}` });
    expect(got.headers).toMatchObject({ 'content-type': 'application/json', host: `127.0.0.1:${port}` });
    const verified = new Webhook(SECRET).verify(got.body, headersOf(got));
    expect(verified).toEqual({ type: 'incident.notice', timestamp: notice().at, data: notice() });
    expect(() => new Webhook(secretOf('another')).verify(got.body, headersOf(got))).toThrow();
    expect(() => new Webhook(SECRET).verify(got.body.replace('triage', 'closed'), headersOf(got))).toThrow();
  });

  it('has one id and one body at every attempt, and another for another notice, run or incident', async () => {
    const { received, port } = await receiver([{ status: 503 }, { status: 204 }]);
    const one = channel(port);
    expect((await failure(one.deliver(notice(), [], quiet))).permanent).toBe(false);
    await one.deliver(notice(), [], quiet);
    await channel(port).deliver(notice(), [], quiet);
    for (const other of [
      { id: 'notice-5' },
      { firstRun: 'another' },
      { incident: 'incident/aws/1/iam-user/x' },
    ])
      await one.deliver(notice(other), [], quiet);
    const ids = received.map((got) => headersOf(got)['webhook-id']);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^notice_[a-z2-7]{40}$/);
    expect(received[0]?.body).toBe(received[1]?.body);
  });

  it('is signed with both secrets while one takes over from the other', async () => {
    const { received, port } = await receiver([{ status: 200 }]);
    const next = secretOf('the next one');
    await channel(port, { secret: `${SECRET} ${next}` }).deliver(notice(), [], quiet);
    const [got] = received;
    if (got === undefined) throw new Error('nothing came');
    for (const secret of [SECRET, next]) new Webhook(secret).verify(got.body, headersOf(got));
    expect(headersOf(got)['webhook-signature']?.split(' ')).toHaveLength(2);
  });
});

describe('what is answered', () => {
  test.each([200, 201, 202, 204])('%i: taken', async (status) => {
    const { port } = await receiver([{ status }]);
    await expect(channel(port).deliver(notice(), [], quiet)).resolves.toBeUndefined();
  });

  test.each([
    [500, false],
    [502, false],
    [503, false],
    [429, false],
    [408, false],
    [400, true],
    [401, true],
    [404, true],
    [410, true],
  ])('%i: not taken, for good: %s', async (status, permanent) => {
    const { port } = await receiver([{ status }]);
    const error = await failure(channel(port).deliver(notice(), [], quiet));
    expect(error.message).toContain(String(status));
    expect(error.permanent).toBe(permanent);
  });

  test.each([301, 302, 303, 307, 308])('%i: a redirect is not followed', async (status) => {
    const target = await receiver([{ status: 204 }]);
    const location = `http://127.0.0.1:${target.port}/${CANARY}`;
    const { port, received } = await receiver([{ status, headers: { location } }]);
    const error = await failure(channel(port).deliver(notice(), [], quiet));
    expect(error.message).toMatch(/redirects are not followed/);
    expect(error.permanent).toBe(true);
    expect(received).toHaveLength(1);
    expect(target.received).toHaveLength(0);
  });

  it('nothing in time: it is given up, and the connection with it', async () => {
    const server = createServer(() => {});
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request');
    const controller = new AbortController();
    const going = channel((server.address() as AddressInfo).port).deliver(notice(), [], controller.signal);
    const [request] = (await asked) as [{ socket: NodeJS.EventEmitter }];
    const closed = once(request.socket, 'close');
    controller.abort();
    expect((await failure(going)).message).toMatch(/did not answer in time/);
    await closed;
  });

  it('its own limit ends it as well', async () => {
    const resolve = () => new Promise<never>(() => {});
    const url = new URL('https://hooks.example.com/');
    const error = await failure(
      channel(1, { url, resolve, timeoutMs: 20, allowed: NOTHING }).deliver(notice(), [], quiet),
    );
    expect(error.message).toMatch(/did not answer in time/);
  });

  it('nobody there: the code, and not for good', async () => {
    const { port } = await receiver([]);
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    const error = await failure(channel(port).deliver(notice(), [], quiet));
    expect(error).toMatchObject({ message: 'it cannot be reached (ECONNREFUSED)', permanent: false });
  });
});

describe('where it goes', () => {
  const url = (port: number) => new URL(`https://hooks.example.com:${port}/`);

  it('a name is asked for once: the connection is made to the address that was looked at', async () => {
    const tls = selfSigned('hooks.example.com');
    const { received, port } = await receiver([{ status: 204 }], tls);
    // First an address that is allowed, then one that is not: a second question would get the second answer.
    const answers = ['127.0.0.1', '10.255.255.1'];
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return [{ address: answers[Math.min(asked.length, answers.length) - 1] ?? '', family: 4 }];
    };
    const going = channel(port, { url: url(port), resolve, ca: tls.cert });
    await going.deliver(notice(), [], quiet);
    expect(asked).toEqual(['hooks.example.com']);
    expect(received[0]?.headers.host).toBe(`hooks.example.com:${port}`);
    // The next attempt asks anew, and is refused before anything is sent.
    expect((await failure(going.deliver(notice(), [], quiet))).message).toMatch(/not public/);
    expect(received).toHaveLength(1);
  });

  it('one private address among public ones is enough to refuse it', async () => {
    const { received, port } = await receiver([{ status: 204 }]);
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '::ffff:127.0.0.1', family: 6 },
    ];
    const going = channel(port, { url: url(port), resolve, allowed: NOTHING });
    expect((await failure(going.deliver(notice(), [], quiet))).message).toMatch(/not public/);
    expect(received).toHaveLength(0);
  });

  test.each([
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://localhost/',
  ])('%s is refused where nothing is allowed', async (text) => {
    const going = channel(1, { url: new URL(text), allowed: NOTHING });
    expect((await failure(going.deliver(notice(), [], quiet))).message).toMatch(/not public/);
  });

  it('a certificate of another name, or of no known authority, is refused', async () => {
    const tls = selfSigned('other.example.com');
    const { received, port } = await receiver([{ status: 204 }], tls);
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const other = await failure(
      channel(port, { url: url(port), resolve, ca: tls.cert }).deliver(notice(), [], quiet),
    );
    expect(other.message).toBe('it cannot be reached (ERR_TLS_CERT_ALTNAME_INVALID)');
    const unknown = await failure(channel(port, { url: url(port), resolve }).deliver(notice(), [], quiet));
    expect(unknown.message).toMatch(/^it cannot be reached \([A-Z_]*CERT[A-Z_]*\)$/);
    expect(received).toHaveLength(0);
  });

  it('a name without an address says so', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error(CANARY), { code: 'ENOTFOUND' }));
    const error = await failure(
      channel(1, { url: url(443), resolve, allowed: NOTHING }).deliver(notice(), [], quiet),
    );
    expect(error).toMatchObject({ message: 'its host has no address (ENOTFOUND)', permanent: false });
  });

  test.each([
    ['http://hooks.example.com/', 'https://'],
    ['ftp://hooks.example.com/', 'https://'],
    [`https://user:${CANARY}@hooks.example.com/`, 'user or password'],
  ])('%s is never built', (text, says) => {
    expect(() => channel(1, { url: new URL(text), allowed: NOTHING })).toThrow(says);
  });

  test.each([
    '',
    CANARY,
    `whsec_${CANARY}`,
    `whsec_${Buffer.from('short').toString('base64')}`,
    `${SECRET} whsec_`,
  ])('a secret that is none is never built, and not said', (secret) => {
    expect(() => channel(1, { secret })).toThrow(
      /^a webhook secret is whsec_ and the base64 of 24 to 64 random bytes$/,
    );
  });
});
