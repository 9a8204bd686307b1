// An alert about a role's session, to the sealed record of its role, by the steps that are proposed for roles: nothing to replace, two
// executors that cut, and the last restriction off when the longest session has run out.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { opening } from '../../domain/detection/opening.ts';
import { identityOf } from '../../domain/identity/identity.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import { proposalsForRole } from '../../providers/aws/role/proposals.ts';
import { awsProvider } from '../../providers/aws/provider.ts';
import type { Ended } from '../../workflows/messages.ts';
import { detection, rules } from '../domain/incident/world.ts';
import { mark, Plane } from './plane.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

const KIND = 'aws/role-session-cut-off';
const session = {
  provider: 'aws',
  accountId: '123456789012',
  identityKind: 'aws-assumed-role-session',
  identityRef: 'arn:aws:sts::123456789012:assumed-role/web/i-0a1b2c3d',
  credentialId: 'ASIAWEBSESSION000001',
  isSample: false,
};
const opened = opening(session);
const key = opened.key ?? '';
/** As roles are cut; the plane of these tests asks for no permissions. */
const kinds = Object.fromEntries(
  Object.entries(awsProvider({ account: '123456789012', region: 'us-east-1' }).kinds).map(
    ([kind, { reversibility }]) => [kind, { reversibility, permissions: { apply: [], undo: [], check: [] } }],
  ),
);
const proposals = proposalsForRole(
  {
    roleName: 'web',
    chained: [{ roleName: 'reports', by: 'role web' }],
    denied: [],
    restrictable: true,
    wayOf: () => 'attached',
  },
  kinds,
);

let env: TestWorkflowEnvironment;
let stage: Stage;
beforeAll(async () => {
  const apart = { [KIND]: { name: 'owner-aws', party: 'service-owner' } };
  ({ env, stage } = await timeSkipping({
    plane: new Plane({ identity: identityOf(key), waysIn: [], facts: [], proposals, concerns: [] }),
    rules: rules({ apart, strategies: ['cut', 'restrict'] }),
  }));
});
afterAll(() => env?.teardown());

/** Time passes on the server's own clock, not here. */
async function viewOnce(ready: (view: IncidentView) => boolean): Promise<IncidentView> {
  for (;;) {
    const view = await stage.view(key);
    if (ready(view)) return view;
    await env.sleep('10 seconds');
  }
}

it('is the incident of its role, and goes through every phase', async () => {
  expect(opened).toMatchObject({ opens: true, key: 'aws/123456789012/iam-role/web' });
  const stop = await atWork(stage);
  try {
    await stage.detect(detection({ ...session, ...opened }));
    const first = await viewOnce((view) => view.plans.length > 0);
    expect(first.plans.map(({ plan }) => plan.strategy)).toEqual(['cut', 'restrict']);
    expect(first.plans[0]?.consequences.join(' ')).toContain('works again by new sessions');

    await stage.assess('sam', key);
    await stage.approve('ida', 'act', key);
    const recovering = await viewOnce((view) => view.steps?.[3]?.status === 'seen');
    expect(stage.plane.acts).toEqual([
      's1 aws/role-quarantine apply',
      `s2 ${KIND} apply`,
      `s3 ${KIND} apply`,
      's4 aws/role-quarantine undo',
    ]);
    expect(recovering.phase).toBe('recovery');
    expect(recovering.steps?.map(({ status }) => status)).toEqual([
      ...Array(4).fill('seen'),
      'waiting',
      'waiting',
    ]);
    const attested = {
      plan: recovering.planHash,
      body: { verdict: 'works', reason: 'the service has new sessions' },
    };
    await stage.say('olga', 'attest', attested, key);
    expect((await stage.view(key)).phase).toBe('hardening');

    await env.sleep('12 hours');
    expect(stage.plane.acts, 'the longest session may still live').toHaveLength(4);
    await env.sleep('2 hours');
    expect(stage.plane.acts.slice(4)).toEqual([`s5 ${KIND} undo`, `s6 ${KIND} undo`]);
    expect(stage.plane.standing).toContain(mark({ kind: KIND, verb: 'undo' }));
    await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
    expect(((await stage.handle(key).result()) as Ended).outcome).toBe('closed');
  } finally {
    await stop();
  }
});
