// `custody plan show` of an identity that has no incident: looked at on the emulator with the checker's credentials.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import { checkout } from '../../../local/checkout.mjs';
import { REGION } from '../../../local/demo/estate.ts';
import { demoRunbook, UNHURRIED } from '../../../local/demo/policies.ts';
import type { Credentials } from '../../../providers/aws/clients.ts';
import type { Ahead } from '../../../workers/look-ahead.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { thief } from '../../attacker/thief.ts';
import { custody } from '../../cli/a-terminal.ts';

const estate = estateForThisFile();
let folder: string;
let env: Record<string, string>;

const be = ({ accessKeyId, secretAccessKey }: Credentials) => {
  vi.stubEnv('AWS_ENDPOINT_URL', estate().endpoint);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-ahead-'));
  const shipped = path.join(checkout, 'runbooks', 'default');
  for (const name of ['people.yaml', 'authority.cedar'])
    await copyFile(path.join(shipped, name), path.join(folder, name));
  await writeFile(path.join(folder, 'runbook.yaml'), await demoRunbook(UNHURRIED, [estate()], 'ask'));
  env = { CUSTODY_RUNBOOK: folder, CUSTODY_ACCOUNT: estate().account };
});
beforeEach(() => be(estate().checker));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true, force: true }));

const arn = () => `arn:aws:iam::${estate().account}:user/${estate().user}`;

it('shows the plan of each strategy, and does nothing', async () => {
  const robber = await thief(estate().endpoint, estate().stolenKey, estate().workId);
  const { exit, out, err } = await custody(['plan', 'show', arn(), '--json'], { env });
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  const ahead = JSON.parse(out) as Ahead;
  expect(ahead).toMatchObject({
    key: `aws/${estate().account}/iam-user/${estate().user}`,
    owner: 'service-owner',
  });
  expect(ahead.plans.map(({ plan }) => plan.strategy)).toEqual(['cut', 'restrict']);
  expect(ahead.access?.policies.first.map(({ name }) => name)).toEqual([
    `arn:aws:iam::${estate().account}:policy/${estate().user}-policy`,
  ]);
  for (const { hash, plan, consequences } of ahead.plans) {
    expect(hash).toBe(hashOf(plan));
    expect(consequences.length).toBeGreaterThan(0);
    expect(plan.steps.flatMap(({ permissions }) => permissions)).toContain('iam:UpdateAccessKey');
  }
  expect(await robber.byKey()).toBe('works');
});

it('for people says that there is no incident, what each step does, and how it is undone', async () => {
  const { out } = await custody(['plan', 'show', arn()], { env });
  expect(out).toContain('no incident, and nothing is opened');
  expect(out).toContain('cut the access now');
  expect(out).toMatch(/undo: .+/);
  expect(out).toContain('What it would mean');
  expect(out).toContain(estate().stolenKey.accessKeyId);
  expect(out).toMatch(
    /What it can reach\n +policies +arn:aws:iam::\d+:policy\/.*\n[^]*not read +what the policies of an organisation say/,
  );
});

it('takes an alert, and the key that it names', async () => {
  const alert = JSON.stringify({
    format: 'custody/detection/1',
    source: 'my-soar',
    sourceId: 'case-17',
    updatedAt: '2026-11-24T03:12:00Z',
    provider: 'aws',
    accountId: estate().account,
    identityKind: 'aws-iam-user',
    identityRef: estate().user,
    credentialId: estate().stolenKey.accessKeyId,
    severity: 'high',
    occurredAt: '2026-11-24T03:10:00Z',
    isSample: false,
  });
  const { exit, out } = await custody(['plan', 'show', '-', '--json'], { env, files: { '-': alert } });
  expect(exit).toBe(0);
  expect((JSON.parse(out) as Ahead).waysIn).toContainEqual(
    expect.objectContaining({ id: estate().stolenKey.accessKeyId, stolen: true }),
  );
});

it('says why there is no plan for whom AWS does not know', async () => {
  const { exit, out } = await custody(['plan', 'show', `${arn()}-gone`], { env });
  expect(exit).toBe(0);
  expect(out).toContain('There is no plan');
  expect(out).toContain('knows no such identity');
});

it('names the permission that its credentials lack', async () => {
  be(estate().executors.owner);
  const { exit, err } = await custody(['plan', 'show', arn().replace('user/', 'role/')], { env });
  expect(exit).toBe(3);
  expect(err).toContain('iam:GetRole');
});

it('says what it needs to know', async () => {
  const { exit, err } = await custody(['plan', 'show', arn()], { env: {} });
  expect(exit).toBe(2);
  expect(err).toContain('CUSTODY_RUNBOOK');
  expect((await custody(['plan', 'show', 'arn:aws:s3:::bucket'], { env })).exit).toBe(3);
});
