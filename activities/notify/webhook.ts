// A channel for anything that takes an HTTP request: the notice as JSON, signed as the Standard Webhooks specification says.
// It connects only to addresses that were looked at, follows no redirect, and says nothing of its URL, its secrets or the answer.
import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { ChannelError, codeOf } from './channel-error.ts';
import { type Allowed, checkAddresses, hostOf, mayBePlain } from './destination.ts';
import type { Channel, OutgoingNotice } from './notify.ts';
import { stableIdOf } from './stable-id.ts';

export interface WebhookOptions {
  name: string;
  url: URL;
  /** `whsec_…`; while one takes over from another, both, separated by a space: every notice is signed with each. */
  secret: string;
  allowed: Allowed;
  timeoutMs: number;
  /** Certificate authorities (PEM) in place of the public ones. */
  ca?: string;
  /** All addresses of a name. */
  resolve?: Resolve;
}

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

const systemResolve: Resolve = (host) => lookup(host, { all: true });

/** Throws `RangeError`, whose message holds neither URL nor secret, where these can never work. */
export function webhookChannel(options: WebhookOptions): Channel {
  const { name, url, allowed, timeoutMs, resolve = systemResolve } = options;
  const signers = signersOf(options.secret);
  const host = hostOf(url);
  const wrong = whyNot(url, allowed);
  if (wrong !== null) throw new RangeError(wrong);
  return {
    name,
    async deliver(notice, _to, signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const addresses = await addressesOf(host, resolve, limit);
      checkAddresses(
        host,
        addresses.map(({ address }) => address),
        allowed,
      );
      const body = JSON.stringify(bodyOf(notice));
      const headers = { ...HEADERS, ...signed(signers, stableIdOf(notice), body) };
      const status = await post({ url, host, addresses, body, headers, signal: limit, ca: options.ca });
      judge(status);
    },
  };
}

/** Why this URL is never posted to, or null. */
export function whyNot(url: URL, allowed: Allowed): string | null {
  if (url.username !== '' || url.password !== '')
    return 'the URL has a user or password in it: leave it out, the signature says who sends';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return 'the URL must begin with https://';
  return mayBePlain(hostOf(url), allowed)
    ? null
    : 'the URL must begin with https://; http:// is only for a host that `allow` names';
}

/** The specification asks for 24 to 64 random bytes. Throws `RangeError`, without a word of the secret. */
export function signersOf(secret: string): Webhook[] {
  const secrets = secret.trim().split(/\s+/);
  for (const one of secrets) {
    const text = one.replace(/^whsec_/, '');
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') !== text || bytes.length < 24 || bytes.length > 64)
      throw new RangeError('a webhook secret is whsec_ and the base64 of 24 to 64 random bytes');
  }
  return secrets.map((one) => new Webhook(one));
}

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'custody', connection: 'close' };

/** The body's form is the specification's recommendation. The same notice gives the same bytes at every attempt. */
const bodyOf = (notice: OutgoingNotice) => ({
  type: 'incident.notice',
  timestamp: notice.at,
  data: notice,
});

/** The id is the notice's, the timestamp the attempt's. */
function signed(signers: readonly Webhook[], id: string, body: string): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signers.map((signer) => signer.sign(id, at, body)).join(' '),
  };
}

type Addresses = Awaited<ReturnType<Resolve>>;

async function addressesOf(host: string, resolve: Resolve, signal: AbortSignal): Promise<Addresses> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }];
  try {
    return await Promise.race([resolve(host), aborted(signal)]);
  } catch (error) {
    if (error instanceof ChannelError) throw error;
    throw new ChannelError(`its host has no address (${codeOf(error) ?? 'unknown'})`);
  }
}

/** Once asked, the system's resolver cannot be stopped. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(new ChannelError('it did not answer in time'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

interface Post {
  url: URL;
  host: string;
  addresses: Addresses;
  body: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  ca: string | undefined;
}

/** The answer's status; what else it says is not read. */
function post({ url, host, addresses, body, headers, signal, ca }: Post): Promise<number> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(
      {
        method: 'POST',
        host,
        ...(url.port === '' ? {} : { port: url.port }),
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
        // A connection of its own, made to the very addresses that were looked at: the name is not resolved a second time.
        agent: false,
        lookup: pinned(addresses),
        // The certificate is the name's, wherever the name leads.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
        signal,
      },
      (answer: IncomingMessage) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    request.on('error', (error) => {
      const why = signal.aborted
        ? 'it did not answer in time'
        : `it cannot be reached (${codeOf(error) ?? 'unknown'})`;
      reject(new ChannelError(why));
    });
    request.end(body);
  });
}

const pinned =
  (addresses: Addresses): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };

/** The specification: any 2xx is taken; 410 asks never to be sent to again; the rest is an error. */
function judge(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new ChannelError(
      `it answered ${status}: redirects are not followed, set the URL that it leads to`,
      {
        permanent: true,
      },
    );
  }
  if (status === 410) {
    throw new ChannelError('it answered 410: it is gone for good, take it out of notices.yaml', {
      permanent: true,
    });
  }
  const passing = status >= 500 || [0, 408, 425, 429].includes(status);
  throw new ChannelError(`it answered ${status}`, { permanent: !passing });
}
