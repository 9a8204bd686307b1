// A real SMTP server for one test: it keeps what it takes, asks for a login where it is told to, and refuses whom it is told to.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Taken {
  from: string;
  to: string[];
  /** As it came: headers and text. */
  raw: string;
  secure: boolean;
  user: string | null;
}

export interface MailServer {
  port: number;
  taken: Taken[];
  close(): Promise<void>;
}

export async function mailServer(
  options: SMTPServerOptions,
  { password = '', refuses = [] as string[], code = 550, says = 'no' } = {},
): Promise<MailServer> {
  const taken: Taken[] = [];
  const refusal = () => Object.assign(new Error(says), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    onAuth: (login, _session, done) =>
      login.password === password ? done(null, { user: login.username }) : done(new Error(says)),
    onRcptTo: ({ address }, _session, done) => (refuses.includes(address) ? done(refusal()) : done()),
    onData: (stream, session, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        done();
      });
    },
    ...options,
  });
  // What a client breaks off is no fault of the server's.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    taken,
    close: () => new Promise((done) => server.close(done)),
  };
}

/** Headers by their names, in small letters; a folded one is whole. */
export function headersOf({ raw }: Taken): Record<string, string[]> {
  const [head = ''] = raw.split('\r\n\r\n');
  const headers: Record<string, string[]> = {};
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(line.indexOf(':') + 1).trim()];
  }
  return headers;
}
