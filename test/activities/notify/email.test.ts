import { afterEach, describe, expect, it, test } from 'vitest';
import { ChannelError } from '../../../activities/notify/channel-error.ts';
import { emailChannel, type EmailOptions } from '../../../activities/notify/email.ts';
import { notifyActivities } from '../../../activities/notify/notify.ts';
import { headersOf, mailServer, type MailServer } from './a-mail-server.ts';
import { CANARY, notice, quiet, wordsOf } from './a-notice.ts';
import { selfSigned } from './self-signed.ts';

const TLS = selfSigned('mail.example.com');
const servers: MailServer[] = [];

const start = async (...args: Parameters<typeof mailServer>) => {
  const server = await mailServer(...args);
  servers.push(server);
  return server;
};

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const channel = (port: number, change: Partial<EmailOptions> = {}) =>
  emailChannel({
    name: 'mail',
    host: '127.0.0.1',
    port,
    security: 'starttls',
    from: 'custody@example.com',
    login: null,
    timeoutMs: 10_000,
    ca: TLS.cert,
    ...change,
  });

const login = { user: 'custody', password: CANARY };

async function failure(work: Promise<unknown>): Promise<ChannelError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChannelError);
  expect(wordsOf(error)).not.toContain(CANARY);
  expect(wordsOf(error)).not.toContain('soc@example.com');
  return error as ChannelError;
}

describe('a letter that arrives', () => {
  it('says what is asked, who holds it, until when, what silence does and how to answer', async () => {
    const server = await start({ ...TLS }, { password: CANARY });
    await channel(server.port, { login }).deliver(notice(), ['soc@example.com'], quiet);
    const [got] = server.taken;
    if (got === undefined) throw new Error('nothing came');
    expect(got).toMatchObject({
      from: 'custody@example.com',
      to: ['soc@example.com'],
      secure: true,
      user: 'custody',
    });
    const headers = headersOf(got);
    expect(headers).toMatchObject({
      from: ['custody <custody@example.com>'],
      to: ['soc@example.com'],
      'auto-submitted': ['auto-generated'],
      date: ['Tue, 24 Nov 2026 03:13:00 +0000'],
    });
    expect(headers.subject?.[0]).toBe(
      '[custody k3j2h4g5f6] The key of deploy-robot is used from a strange network (high), due 2026-11-24 03:22 UTC',
    );
    const text = got.raw.slice(got.raw.indexOf('\r\n\r\n')).replace(/=\r\n/g, '').replace(/\r\n/g, '\n');
    expect(text).toContain('SOC has not answered.');
    expect(text).toContain('Who holds it:   Security operations; nobody of them has taken it\n');
    expect(text).toContain('Due:            2026-11-24 03:22 UTC\n');
    expect(text).toContain('If nobody acts: it is offered to Platform team\n');
    expect(text).toContain('To answer:      custody ack aws/123456789012/iam-user/deploy-robot\n');
    expect(text).not.toContain('DRILL');
  });

  it('has one Message-ID at every attempt, another for another notice, and one conversation an incident', async () => {
    const server = await start({ ...TLS });
    const mail = channel(server.port);
    for (const one of [notice(), notice(), notice({ id: 'notice-5' }), notice({ firstRun: 'another' })])
      await mail.deliver(one, ['soc@example.com'], quiet);
    const [ids, conversations] = ['message-id', 'references'].map((name) =>
      server.taken.map((got) => headersOf(got)[name]?.[0]),
    ) as [string[], string[]];
    expect(ids[0]).toMatch(/^<notice_[a-z2-7]{40}@example\.com>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(conversations[2]).toBe(conversations[0]);
    expect(conversations[3]).not.toBe(conversations[0]);
  });

  it('a drill says so first, in the subject and in the text', async () => {
    const server = await start({ ...TLS });
    await channel(server.port).deliver(
      notice({ drill: true, says: 'DRILL: yours now.' }),
      ['soc@example.com'],
      quiet,
    );
    const [got] = server.taken;
    if (got === undefined) throw new Error('nothing came');
    expect(headersOf(got).subject?.[0]).toMatch(/^DRILL: \[custody /);
    expect(got.raw).toContain('This is a DRILL: nothing will be cut.');
  });

  it('TLS from the first byte works too, and in the clear only where that is said', async () => {
    const sure = await start({ ...TLS, secure: true });
    await channel(sure.port, { security: 'tls' }).deliver(notice(), ['soc@example.com'], quiet);
    expect(sure.taken[0]?.secure).toBe(true);
    const clear = await start({ disabledCommands: ['STARTTLS'] });
    await channel(clear.port, { security: 'none' }).deliver(notice(), ['soc@example.com'], quiet);
    expect(clear.taken[0]?.secure).toBe(false);
  });

  it('taken for some addresses only: delivered, and the rest is said by number', async () => {
    const server = await start({ ...TLS }, { refuses: ['gone@example.com'], says: CANARY });
    const taken = await channel(server.port).deliver(
      notice(),
      ['soc@example.com', 'gone@example.com'],
      quiet,
    );
    expect(server.taken[0]?.to).toEqual(['soc@example.com']);
    expect(taken).toEqual({ trouble: 'it did not take 1 of 2 addresses' });
  });
});

describe('what an alert says begins no header', () => {
  const attacks = [
    'x\r\nBcc: thief@example.com',
    'x\nBcc: thief@example.com\n\nanother body',
    'x\rBcc: thief@example.com',
    'x\u0000\u000b\u2028Bcc: thief@example.com\u2029',
    'x\r\n.\r\nMAIL FROM:<thief@example.com>\r\n',
    'x\u0085Bcc: thief@example.com \u202e txt.exe',
  ];

  test.each(attacks)('%j', async (text) => {
    const server = await start({ ...TLS });
    const attacked = notice({
      title: text,
      says: text,
      then: text,
      answer: text,
      key: text,
      to: text,
      person: text,
      handle: text,
      holder: { party: text, title: text, person: text },
    });
    await channel(server.port).deliver(attacked, ['soc@example.com'], quiet);
    expect(server.taken).toHaveLength(1);
    const [got] = server.taken;
    if (got === undefined) throw new Error('nothing came');
    expect(got.to).toEqual(['soc@example.com']);
    expect(Object.keys(headersOf(got)).toSorted()).toEqual([
      'auto-submitted',
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'in-reply-to',
      'message-id',
      'mime-version',
      'references',
      'subject',
      'to',
      'x-auto-response-suppress',
    ]);
    expect(got.raw).not.toMatch(/^(bcc|mail from|another body|\.\r?$)/im);
    expect(got.raw).not.toContain('\u202e');
  });
});

describe('a letter that does not arrive', () => {
  it('login refused: the code, for good, and never the login', async () => {
    const server = await start({ ...TLS }, { password: 'another', says: `no ${CANARY}` });
    const error = await failure(
      channel(server.port, { login }).deliver(notice(), ['soc@example.com'], quiet),
    );
    expect(error).toMatchObject({
      message: 'the mail server refused the login (EAUTH, 535)',
      permanent: true,
    });
    expect(server.taken).toHaveLength(0);
  });

  it('no TLS where TLS is asked for: nothing is sent, no login either', async () => {
    const server = await start(
      { disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
      { password: CANARY },
    );
    const error = await failure(
      channel(server.port, { login }).deliver(notice(), ['soc@example.com'], quiet),
    );
    expect(error.message).toMatch(/could not be made secure \(ETLS/);
    expect(server.taken).toHaveLength(0);
  });

  it('a certificate that nobody knows is refused', async () => {
    const server = await start({ ...selfSigned('mail.example.com') }, { password: CANARY });
    const error = await failure(
      channel(server.port, { login }).deliver(notice(), ['soc@example.com'], quiet),
    );
    expect(error.message).toMatch(/\((ESOCKET|ETLS)/);
    expect(server.taken).toHaveLength(0);
  });

  test.each([
    [550, true],
    [451, false],
  ])('every address refused with %i: for good: %s', async (code, permanent) => {
    const server = await start({ ...TLS }, { refuses: ['soc@example.com'], code, says: CANARY });
    const error = await failure(channel(server.port).deliver(notice(), ['soc@example.com'], quiet));
    expect(error).toMatchObject({
      message: `the mail server refused the sender or every address (EENVELOPE, ${code})`,
      permanent,
    });
  });

  it('nobody there: not for good', async () => {
    const server = await start({ ...TLS });
    await Promise.all(servers.splice(0).map((one) => one.close()));
    const error = await failure(channel(server.port).deliver(notice(), ['soc@example.com'], quiet));
    expect(error).toMatchObject({
      message: 'the mail server cannot be reached (ESOCKET, ECONNREFUSED)',
      permanent: false,
    });
  });

  it('a server that only listens is given up', async () => {
    const server = await start({ ...TLS, onConnect: () => {} });
    const controller = new AbortController();
    const going = channel(server.port).deliver(notice(), ['soc@example.com'], controller.signal);
    controller.abort();
    expect((await failure(going)).message).toBe('it did not answer in time');
  });

  it('falls to the next channel, and the record learns why', async () => {
    const refusing = await start({ ...TLS }, { password: 'another' });
    const taking = await start({ ...TLS });
    const { notify } = notifyActivities({
      waysOf: async () => [
        { reaches: 'soc', channel: channel(refusing.port, { login }), to: ['soc@example.com'] },
        { reaches: 'everyone', channel: channel(taking.port, { name: 'relay' }), to: ['all@example.com'] },
      ],
      now: () => notice().at,
    });
    expect(await notify(notice())).toEqual({
      delivered: { to: 'everyone', channel: 'relay', at: notice().at },
      failed: [{ channel: 'mail', reason: 'the mail server refused the login (EAUTH, 535)' }],
    });
    expect(taking.taken[0]?.to).toEqual(['all@example.com']);
  });
});
