// A channel by e-mail over SMTP. TLS is asked for and its certificate checked, unless the configuration says otherwise.
// Where it fails it says a code of the protocol, never what the server answered: that may repeat an address or a login.
import { createTransport } from 'nodemailer';
import { ChannelError, codeOf } from './channel-error.ts';
import { letterOf } from './letter.ts';
import type { Channel } from './notify.ts';
import { conversationOf, stableIdOf } from './stable-id.ts';

export interface EmailOptions {
  name: string;
  host: string;
  port: number;
  /** `starttls`: an upgrade that is insisted on; `tls`: from the first byte; `none`: in the clear. */
  security: 'starttls' | 'tls' | 'none';
  /** One address. */
  from: string;
  login: { user: string; password: string } | null;
  timeoutMs: number;
  /** Certificate authorities (PEM) in place of the public ones. */
  ca?: string;
}

export function emailChannel(options: EmailOptions): Channel {
  const { name, host, port, security, from, login, timeoutMs, ca } = options;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    name,
    async deliver(notice, to, signal) {
      const { subject, text } = letterOf(notice);
      const conversation = `<${conversationOf(notice)}@${domain}>`;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const { rejected } = await transport.sendMail({
          from: { name: 'custody', address: from },
          to: to.map((address) => ({ name: '', address })),
          subject,
          text,
          messageId: `<${stableIdOf(notice)}@${domain}>`,
          inReplyTo: conversation,
          references: conversation,
          date: new Date(notice.at),
          // RFC 3834: no holiday reply answers this.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: limit,
        });
        if (rejected.length > 0)
          return { trouble: `it did not take ${rejected.length} of ${to.length} addresses` };
        return undefined;
      } catch (error) {
        throw limit.aborted ? new ChannelError('it did not answer in time') : said(error);
      }
    },
  };
}

const IN_WORDS: Record<string, string> = {
  EAUTH: 'the mail server refused the login',
  ENOAUTH: 'the mail server asks for a login',
  ETLS: 'the connection to the mail server could not be made secure',
  EDNS: 'the mail server has no address',
  EENVELOPE: 'the mail server refused the sender or every address',
  EMESSAGE: 'the mail server refused the message',
};

/** RFC 5321: what begins with 5 will be answered alike again; 4 passes. */
function said(error: unknown): ChannelError {
  const known = error as { code?: unknown; responseCode?: unknown; originalCode?: unknown };
  const code = codeOf(error) ?? 'unknown';
  const cause = codeOf({ code: known.originalCode });
  const response = typeof known.responseCode === 'number' ? known.responseCode : null;
  const words = IN_WORDS[code] ?? 'the mail server cannot be reached';
  const codes = [code, cause, response].filter((one) => one !== null && one !== undefined).join(', ');
  return new ChannelError(`${words} (${codes})`, {
    permanent: response !== null && response >= 500 && response !== 503,
  });
}
