import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { OutgoingNotice } from '../../../activities/notify/notify.ts';
import { PolicyError } from '../../../authority/policy-error.ts';
import { waysFrom } from '../../../workers/notifier.ts';
import { loadNotices } from '../../../workers/notices-file.ts';
import { CANARY, notice, quiet, wordsOf } from './a-notice.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-notices-'));
  file = path.join(folder, 'notices.yaml');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ENVIRONMENT = {
  CUSTODY_PAGER_SECRET: `whsec_${Buffer.from(`${CANARY}${CANARY}`).toString('base64')}`,
  CUSTODY_CHAT_URL: `https://chat.example.com/hooks/${CANARY}`,
  CUSTODY_SMTP_USER: 'custody',
  CUSTODY_SMTP_PASSWORD: CANARY,
};

const CHANNELS = `version: 1
channels:
  log: { type: file, path: notices.jsonl }
  pager: { type: webhook, url: https://pager.example.com/hooks, secretFrom: CUSTODY_PAGER_SECRET }
  chat: { type: webhook, urlFrom: CUSTODY_CHAT_URL, secretFrom: CUSTODY_PAGER_SECRET }
  mail:
    type: email
    host: smtp.example.com
    from: custody@example.com
    userFrom: CUSTODY_SMTP_USER
    passwordFrom: CUSTODY_SMTP_PASSWORD
`;

const load = async (text: string, environment: Record<string, string> = ENVIRONMENT) => {
  await writeFile(file, text);
  return loadNotices(file, environment);
};

/** What is wrong with it, without the folder. */
async function problems(text: string, environment?: Record<string, string>): Promise<string[]> {
  const error = await load(text, environment).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PolicyError);
  expect(wordsOf(error)).not.toContain(CANARY);
  expect(wordsOf(error)).not.toContain(ENVIRONMENT.CUSTODY_PAGER_SECRET);
  return (error as PolicyError).problems.map(({ line, column, says }) => `${line}:${column} ${says}`);
}

describe('who is reached how', () => {
  const text = `${CHANNELS}people:
  erin: [{ channel: mail, to: erin@example.com }, pager]
parties:
  soc: [pager, { channel: mail, to: [soc@example.com, lead@example.com] }]
everyone: [chat, log]
`;
  const asked = async (about: Partial<OutgoingNotice>) =>
    (await load(text))(notice(about)).map(({ reaches, channel, to }) => [reaches, channel.name, ...to]);

  it('a party: its own ways, then everyone’s', async () =>
    expect(await asked({ to: 'soc' })).toEqual([
      ['soc', 'pager'],
      ['soc', 'mail', 'soc@example.com', 'lead@example.com'],
      ['everyone', 'chat'],
      ['everyone', 'log'],
    ]));

  it('a person: their own, then the party’s, each way once', async () =>
    expect(await asked({ to: 'soc', person: 'erin' })).toEqual([
      ['erin', 'mail', 'erin@example.com'],
      ['erin', 'pager'],
      ['soc', 'mail', 'soc@example.com', 'lead@example.com'],
      ['everyone', 'chat'],
      ['everyone', 'log'],
    ]));

  it('who is not named: everyone’s', async () => {
    for (const about of [{ to: 'platform' }, { to: 'constructor', person: '__proto__' }])
      expect(await asked(about)).toEqual([
        ['everyone', 'chat'],
        ['everyone', 'log'],
      ]);
  });
});

const WRONG: [string, string, string][] = [
  ['an unknown key', `${CHANNELS}everyone: [log]\nnobody: []\n`, '13:1 nobody: unknown key'],
  ['no fallback', CHANNELS, '1:1 everyone is missing'],
  ['an empty fallback', `${CHANNELS}everyone: []\n`, '12:1 everyone: '],
  [
    'a channel that is not there',
    `${CHANNELS}everyone: [siren]\n`,
    '12:12 there is no channel siren; there are: log,',
  ],
  ['mail to nobody', `${CHANNELS}everyone: [log, mail]\n`, '12:17 mail sends e-mail: say to whom'],
  [
    'an address for a file',
    `${CHANNELS}everyone: [{ channel: log, to: a@example.com }]\n`,
    '12:12 log is a file',
  ],
  [
    'two addresses in one',
    `${CHANNELS}everyone: [{ channel: mail, to: 'a@example.com, b@example.com' }]\n`,
    '12:29 everyone[0].to: one e-mail address',
  ],
  [
    'a header in an address',
    `${CHANNELS}everyone: [{ channel: mail, to: "a@example.com\\r\\nBcc: b@example.com" }]\n`,
    '12:29 everyone[0].to: one e-mail address',
  ],
  [
    'an unknown type',
    'version: 1\nchannels:\n  a: { type: pigeon }\neveryone: [a]\n',
    '3:8 channels.a.type: ',
  ],
  [
    'a secret in the file',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, secretFrom: whsec_c2VjcmV0 }\neveryone: [a]\n',
    '3:47 channels.a.secretFrom: the name of an environment variable',
  ],
  [
    'no URL',
    'version: 1\nchannels:\n  a: { type: webhook, secretFrom: CUSTODY_PAGER_SECRET }\neveryone: [a]\n',
    '3:3 needs either url, or urlFrom',
  ],
  [
    'two URLs',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, urlFrom: CUSTODY_CHAT_URL, secretFrom: CUSTODY_PAGER_SECRET }\neveryone: [a]\n',
    '3:3 needs either url, or urlFrom',
  ],
  [
    'no TLS',
    'version: 1\nchannels:\n  a: { type: webhook, url: http://a.example, secretFrom: CUSTODY_PAGER_SECRET }\neveryone: [a]\n',
    '3:3 the URL must begin with https://',
  ],
  [
    'a URL that is none',
    'version: 1\nchannels:\n  a: { type: webhook, url: a.example, secretFrom: CUSTODY_PAGER_SECRET }\neveryone: [a]\n',
    '3:3 the URL cannot be read',
  ],
  [
    'a variable that is not set',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, secretFrom: CUSTODY_OTHER }\neveryone: [a]\n',
    '3:47 the environment variable CUSTODY_OTHER is not set',
  ],
  [
    'a secret that is none',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, secretFrom: CUSTODY_SMTP_PASSWORD }\neveryone: [a]\n',
    '3:3 a webhook secret is whsec_',
  ],
  [
    'a network that is none',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, secretFrom: CUSTODY_PAGER_SECRET, allow: [10.0.0.0/8, 10.0.0.0/40] }\neveryone: [a]\n',
    '3:101 is neither a host name',
  ],
  [
    'patience',
    'version: 1\nchannels:\n  a: { type: webhook, url: https://a.example, secretFrom: CUSTODY_PAGER_SECRET, timeout: 2m }\neveryone: [a]\n',
    '3:81 channels.a.timeout: at most 20s',
  ],
  [
    'half a login',
    'version: 1\nchannels:\n  a: { type: email, host: h, from: a@example.com, userFrom: CUSTODY_SMTP_USER }\neveryone: [{ channel: a, to: b@example.com }]\n',
    '3:3 a login needs both',
  ],
  [
    'a password in the clear',
    'version: 1\nchannels:\n  a: { type: email, host: h, security: none, from: a@example.com, userFrom: CUSTODY_SMTP_USER, passwordFrom: CUSTODY_SMTP_PASSWORD }\neveryone: [{ channel: a, to: b@example.com }]\n',
    '3:30 a password is not sent in the clear',
  ],
  [
    'an authority that is not there',
    'version: 1\nchannels:\n  a: { type: email, host: h, from: a@example.com, ca: nothing.pem }\neveryone: [{ channel: a, to: b@example.com }]\n',
    '3:3 the file of `ca` cannot be read (ENOENT)',
  ],
];

const columnOf = (line: number, word: string) => (CHANNELS.split('\n')[line - 1] ?? '').indexOf(word) + 1;

describe('docs/notices.md', async () => {
  const text = await readFile(new URL('../../../docs/notices.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, example]) => example ?? '');
  const environment = { ...ENVIRONMENT, CUSTODY_CHAT_SECRET: ENVIRONMENT.CUSTODY_PAGER_SECRET };

  it('has two examples', () => expect(examples).toHaveLength(2));

  it.each(examples)('this one can be used as it stands:\n%s', async (example) =>
    expect((await load(example, environment))(notice()).length).toBeGreaterThan(0),
  );

  it('shows the webhook with every field of a notice, and no other', () => {
    const [, json = ''] = /^```json\n(.*?)^```$/ms.exec(text) ?? [];
    const shown = JSON.parse(json) as { type: string; data: object };
    expect(shown.type).toBe('incident.notice');
    expect(Object.keys(shown.data).toSorted()).toEqual(Object.keys(notice()).toSorted());
  });
});

describe('a notices.yaml that cannot be used', () => {
  test.each(WRONG)('%s is named at its place', async (_, text, says) => {
    const found = await problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(says), found[0]).toBe(true);
  });

  it('all that is wrong is said at once, in order', async () => {
    const found = await problems(`${CHANNELS}everyone: [siren, mail]\n`, { CUSTODY_SMTP_USER: 'custody' });
    expect(found.map((one) => one.split(' ')[0])).toEqual([
      `4:${columnOf(4, 'secretFrom')}`,
      `5:${columnOf(5, 'urlFrom')}`,
      `5:${columnOf(5, 'secretFrom')}`,
      `11:${columnOf(11, 'passwordFrom')}`,
      '12:12',
      '12:19',
    ]);
  });

  it('a file that is not there is said with its path', async () =>
    expect(loadNotices(path.join(folder, 'none.yaml'), {})).rejects.toThrow(
      /none\.yaml:1:1: there is no such file/,
    ));
});

describe('the notifier’s configuration', () => {
  it('CUSTODY_NOTICES alone is one file channel for everyone', async () => {
    const lines = path.join(folder, 'alone.jsonl');
    const ways = await waysFrom({ CUSTODY_NOTICES: lines });
    const [way, ...more] = (await ways())(notice());
    expect(more).toEqual([]);
    expect(way).toMatchObject({ reaches: 'everyone', channel: { name: 'file' } });
    await way?.channel.deliver(notice(), [], quiet);
    await way?.channel.deliver(notice({ id: 'notice-5' }), [], quiet);
    const written = (await readFile(lines, 'utf8')).trimEnd().split('\n');
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      notice(),
      notice({ id: 'notice-5' }),
    ]);
  });

  it('CUSTODY_NOTIFIER is read anew when it has changed, and a broken change leaves the last good one', async () => {
    await writeFile(file, `${CHANNELS}everyone: [log]\n`);
    const ways = await waysFrom({ ...ENVIRONMENT, CUSTODY_NOTIFIER: file });
    const names = async () => (await ways())(notice()).map(({ channel }) => channel.name);
    expect(await names()).toEqual(['log']);
    await writeFile(file, `${CHANNELS}everyone: [pager, log]\n`);
    expect(await names()).toEqual(['pager', 'log']);
    await writeFile(file, 'version: 2, and broken\n');
    expect(await names()).toEqual(['pager', 'log']);
  });

  it('neither, or both, is an error that says what to do', async () => {
    await expect(waysFrom({})).rejects.toThrow(/CUSTODY_NOTICES: .*CUSTODY_NOTIFIER/);
    await expect(waysFrom({ CUSTODY_NOTICES: 'a', CUSTODY_NOTIFIER: 'b' })).rejects.toThrow(/not both/);
  });
});
