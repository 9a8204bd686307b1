// Whole incidents on other planes than a user's key, and the way back from a false alarm: real servers, and every worker a process of its
// own that knows nothing but what the documentation has it told. One stack carries them all, at the same time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../client/index.ts';
import { workflowIdOf } from '../../domain/identity/identity.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import { standingOf } from '../../local/demo/account.ts';
import { guardDutyFinding } from '../../local/demo/alerts.ts';
import { ACCOUNT } from '../../local/demo/estate.ts';
import { HURRIED } from '../../local/demo/policies.ts';
import { awsOf, Stage } from '../../local/demo/stage.ts';
import { Teardown } from '../../local/demo/teardown.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { allow, rolesOf } from '../attacker/roles.ts';
import { startPostgres } from '../../local/postgres.ts';
import { type Application, type Estate as Cluster, estateOn } from '../providers/postgres/estate.ts';
import { filesIn, found, historiesOf } from './canaries.ts';
import { endsSessions } from './ends-sessions.ts';
import { alertAbout, identityOf, ordersDb } from './orders-db.ts';
import { answered, opened, typed, until, verified } from './people.ts';
import { shop, thiefOf } from './shop.ts';

const teardown = new Teardown();
let stage: Stage;
let cluster: Cluster;
let alone: Application;
let pair: Application;
/** Every password, key and token that these incidents were about, the new ones among them. */
const seen = new Set<string>();

beforeAll(async () => {
  const passwords = await mkdtemp(path.join(tmpdir(), 'custody-planes-'));
  teardown.add(() => rm(passwords, { recursive: true, force: true }));
  const server = await startPostgres();
  teardown.add(() => server.stop());
  stage = await Stage.raise(
    {
      clocks: HURRIED,
      async planes({ aws, estate }) {
        const ends: (() => Promise<unknown>)[] = [];
        teardown.add(async () => {
          for (const end of ends.toReversed()) await end();
        });
        cluster = await estateOn(server, aws, ends);
        [alone, pair] = [await cluster.application(), await cluster.application({ pair: true })];
        return [
          await ordersDb(cluster, aws.endpoint, passwords, [alone, pair]),
          { workers: [endsSessions(awsOf(aws.endpoint, estate.executors.sessions))], owners: [] },
        ];
      },
    },
    teardown,
  );
}, 150_000);
afterAll(() => teardown.run());

const isClosed = ({ outcome }: IncidentView) => outcome === 'closed';
const planOf = ({ plans: [first] }: IncidentView) =>
  first && [first.plan.strategy, ...first.plan.steps.map(({ kind, verb }) => `${verb} ${kind}`)];

const sessionUsed = (role: string, { accessKeyId }: Credentials): Record<string, unknown> => ({
  format: 'custody/detection/1',
  source: 'our-siem',
  sourceId: `session-of-${role}`,
  updatedAt: '2026-11-24T03:12:00Z',
  provider: 'aws',
  accountId: ACCOUNT,
  identityKind: 'aws-assumed-role-session',
  identityRef: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`,
  credentialId: accessKeyId,
  severity: 'high',
  occurredAt: '2026-11-24T03:10:00Z',
});

describe.concurrent('the stolen login of a database', () => {
  it('is cut: the open session dies, the service comes back by its new password, and the record closes', async () => {
    const thief = await thiefOf(cluster, alone);
    const service = await shop(cluster, alone);
    expect([await thief.reads(), await thief.logsIn()]).toEqual(['ok', 'in']);

    const incident = await opened(stage, alertAbout(alone));
    expect(incident).toBe(workflowIdOf(identityOf(alone)));
    const asked = await until(stage, incident, ({ plans }) => plans.length > 0);
    expect(asked.class).toBe('database-role');
    expect(asked.missingPermissions.flatMap(({ missing }) => missing)).toEqual([]);
    expect(planOf(asked)).toEqual([
      'cut',
      'apply postgres/nologin',
      'apply postgres/sessions',
      'apply postgres/password',
      'undo postgres/nologin',
    ]);
    const closed = await answered(stage, incident, isClosed);

    expect([await thief.reads(), await thief.logsIn()]).toEqual(['57P01', '28P01']);
    expect(service.calls.at(-1)).toBe('ok');
    expect(closed.closedAs).toBe('resolved');
    expect(await verified(stage, incident)).toContain(' holds: ');
    await service.close();
    for (const password of service.passwords()) seen.add(password);
  });

  it('of a pair is replaced first: the service moves to the other one without a failed call, then the thief is out', async () => {
    const thief = await thiefOf(cluster, pair);
    const service = await shop(cluster, pair);
    const incident = await opened(stage, alertAbout(pair));
    const asked = await until(stage, incident, ({ plans }) => plans.length > 0);
    expect(planOf(asked)).toEqual([
      'replace-then-cut',
      'apply postgres/password',
      'apply postgres/nologin',
      'apply postgres/sessions',
    ]);
    expect(await thief.reads()).toBe('ok');
    const closed = await answered(stage, incident, isClosed);

    expect([await thief.reads(), await thief.logsIn()]).toEqual(['57P01', '28000']);
    expect(service.worksAs()).toBe(pair.role.username.replace(/_a$/, '_b'));
    expect(service.calls.filter((call) => call !== 'ok')).toEqual([]);
    expect(closed.closedAs).toBe('resolved');
    expect(await verified(stage, incident)).toContain(' holds: ');
    await service.close();
    for (const password of service.passwords()) seen.add(password);
  });
});

describe.concurrent('a false alarm', () => {
  /** Asked by one, agreed to by another of another team; then two of the SOC close it. */
  async function undone(incident: string): Promise<IncidentView> {
    const key = incident.slice('incident/'.length);
    const cleared = ['--verdict', 'falsePositive', '--reason', 'the nightly job moved', '--yes'];
    // A step that is under way is waited for, and it says so.
    const asked = () => typed(stage, ['undo', key, ...cleared], { person: 'erin' });
    await vi.waitFor(asked, { timeout: 30_000, interval: 500 });
    await typed(stage, ['approve', key, '--gate', 'undo', '--yes'], { person: 'ivo' });
    return answered(stage, incident, isClosed);
  }

  it('about a session of a role is taken back: both roles are as they were, byte by byte', async () => {
    const roles = rolesOf(stage.estate);
    const service = await roles.user('web-service');
    const second = await roles.role('web-reports', roles.anyone);
    const first = await roles.role('web', service.arn, allow('sts:AssumeRole', second.arn));
    const session = await roles.become(service.key, first);
    const chained = await roles.become(session, second);
    const works = () => Promise.all([roles.work(session, first), roles.work(chained, second)]);
    const snapshots = () => Promise.all([roles.snapshot('web'), roles.snapshot('web-reports')]);
    for (const { secretAccessKey, sessionToken } of [service.key, session, chained])
      for (const one of [secretAccessKey, sessionToken ?? secretAccessKey]) seen.add(one);
    const before = await snapshots();
    expect(await works()).toEqual(['works', 'works']);

    const incident = await opened(stage, sessionUsed('web', session));
    expect(incident).toBe(`incident/aws/${ACCOUNT}/iam-role/web`);
    await answered(stage, incident, ({ phase }) => phase === 'recovery');
    expect(await works()).toEqual([
      expect.stringMatching(/^AccessDenied/),
      expect.stringMatching(/^AccessDenied/),
    ]);
    const closed = await undone(incident);

    expect(await snapshots()).toEqual(before);
    expect(await works()).toEqual(['works', 'works']);
    expect(closed.closedAs).toBe('falsePositive');
    expect(await verified(stage, incident)).toContain(' holds: ');
  });

  it('about a user that was restricted is taken back: its key works on, and what stays is said', async () => {
    const { estate } = stage;
    const before = await standingOf(estate, estate);
    const incident = await opened(stage, guardDutyFinding(estate, new Date()));
    await until(stage, incident, ({ plans }) => plans.length > 0);
    const key = incident.slice('incident/'.length);
    const judged = ['--verdict', 'incident', '--impact', 'suspected', '--strategy', 'restrict', '--yes'];
    await typed(stage, ['assess', key, ...judged, '--reason', 'to be safe'], { person: 'erin' });
    await typed(stage, ['approve', key, '--yes'], { person: 'ivo' });
    await until(stage, incident, ({ steps }) => steps?.[0]?.status === 'seen');
    const restricted = await standingOf(estate, estate);
    expect(restricted.policies).toEqual(['custody-restricted', ...before.policies]);
    const closed = await undone(incident);

    const after = await standingOf(estate, estate);
    expect(after.policies).toEqual(before.policies);
    expect(after.keys).toMatchObject(before.keys);
    expect(closed.closedAs).toBe('falsePositive');
    expect(await verified(stage, incident)).toContain(' holds: ');
  });
});

describe('the secrets of all these', () => {
  it('are in no history, log, record, notice, audit log or metric', async () => {
    const { connection, namespace } = await connect({ address: stage.temporal.address });
    teardown.add(() => connection.close());
    const past = await historiesOf(new Client({ connection, namespace }));
    expect(past.length).toBeGreaterThanOrEqual(4);
    const places = (await filesIn(stage.folder)).filter(
      ({ name }) => !name.startsWith(path.join(stage.folder, 'keys')),
    );
    const names = places.map(({ name }) => path.basename(name));
    expect(names).toEqual(
      expect.arrayContaining([
        'notices.jsonl',
        'platform-orders-db.jsonl',
        'executor-owner-orders-db.log',
        'executor-sessions-aws.log',
      ]),
    );
    expect(names.filter((name) => name.endsWith('.metrics.json'))).toHaveLength(4);
    const workers = Object.values(cluster.workers);
    const { estate, staff } = stage;
    const secrets = [
      ...seen,
      ...staff.secrets,
      cluster.server.password,
      ...workers.map(({ password }) => password),
      ...[
        ...workers.map(({ vault }) => vault),
        ...Object.values(estate.executors),
        estate.checker,
        estate.service,
        estate.stolenKey,
      ].map(({ secretAccessKey }) => secretAccessKey),
    ];
    // Of each database role the stolen and the new password; the keys and the session of the role of AWS.
    expect(seen.size).toBeGreaterThanOrEqual(7);
    expect(found(secrets, [...past, ...places])).toEqual([]);
  });
});
