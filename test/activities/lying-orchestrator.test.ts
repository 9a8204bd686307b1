// An orchestrator that lies to a real executor with its own policy, directory and ledger, on the emulator: every time it is refused, the
// cloud stays as it was, and the executor's audit log says why.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { workflowIdOf } from '../../domain/identity/identity.ts';
import { plus } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import { undoPlan } from '../../domain/plan/undo-plan.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { ACCOUNT, automaticExecutor, REGION, workload } from '../../local/demo/estate.ts';
import { connect, type Credentials } from '../../providers/aws/clients.ts';
import { awsProviderOver } from '../../providers/aws/provider.ts';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { estateForThisFile } from '../attacker/estate.ts';
import { approves, firstRun, newWorld, policyOf, sees, type World } from '../authority/rightful.ts';
import { DETECTOR, GuardDutyStub } from '../providers/aws/guardduty-stub.ts';
import { anExecutor, type Executor, now, orderOf, planOf } from './an-executor.ts';

const estate = estateForThisFile();
const KINDS = ['aws/quarantine', 'aws/quarantine-auto', 'aws/no-sessions', 'aws/access-key'];
let stub: GuardDutyStub;
let folder: string;
let world: World;
let executor: Executor;
/** Of the victim, and of one that has been cut and lifted again. */
let plan: Plan;
let used: Plan;
/** Of one that is cut, with the executor's words. */
let undone: Plan;
let putOn: { step: string; saying: Saying }[];

beforeAll(async () => {
  [stub, world] = await Promise.all([GuardDutyStub.start(), newWorld()]);
  folder = await mkdtemp(path.join(tmpdir(), 'custody-state-'));
  const credentials = await automaticExecutor(estate().endpoint, 'custody-automatic');
  executor = await anExecutor({
    world,
    provider: providerAs(credentials),
    state: folder,
    policy: policyOf('identity-aws', {
      kinds: KINDS,
      automatic: {
        classes: [{ name: 'workload', when: { human: false, privileged: false }, unless: [] }],
        kinds: ['aws/quarantine-auto'],
        perAccount: 5,
        share: 3,
        findings: { detectors: [DETECTOR], severity: 7, maxAge: '1h' },
      },
    }),
  });
  for (const user of ['victim', 'bystander', 'lifted', 'undone']) await workload(estate().endpoint, user);
  plan = await planFor('victim');
  undone = await planFor('undone');
  const wears = undone.steps.filter(
    ({ phase, reversibility }) => phase === 'containment' && reversibility === 'reversible',
  );
  putOn = [];
  for (const { id } of wears)
    putOn.push({ step: id, saying: await executor.apply(await orderOf(world, undone, id)) });
  used = await planFor('lifted');
  const cuts = used.steps.filter(({ phase }) => phase === 'containment');
  for (const { id } of cuts) await executor.apply(await orderOf(world, used, id));
  const lift =
    used.steps.find(({ verb, kind }) => verb === 'undo' && kind === 'aws/quarantine')?.id ?? 'none';
  const about = { plan: hashOf(used), incident: used.incident, now: now() };
  const seen = await sees(
    world,
    cuts.map(({ id }) => ({ step: id, holds: true })),
    about,
  );
  await executor.undo(await orderOf(world, used, lift, { results: [seen] }));
});
afterAll(async () => {
  await stub.stop();
  await rm(folder, { recursive: true });
});

function providerAs(credentials: Credentials) {
  const aws = connect({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials });
  const detecting = new GuardDutyClient({ endpoint: stub.endpoint, region: REGION, credentials });
  return awsProviderOver({ ...aws, guardDuty: () => detecting });
}

async function planFor(reference: string): Promise<Plan> {
  const found = await providerAs(estate().checker).discover({
    id: 'discover-1',
    incident: 'incident/x',
    firstRun,
    identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference },
    credentials: [],
    secret: null,
  });
  return planOf(found);
}

async function attachedTo(UserName: string): Promise<string[]> {
  const iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  return AttachedPolicies.flatMap(({ PolicyName }) => PolicyName ?? []).sort();
}

const standing = (): Promise<string[][]> =>
  Promise.all(['victim', 'bystander', 'lifted', 'undone'].map(attachedTo));

const bent = (change: Partial<Step>): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.id === 's1' ? { ...step, ...change } : step)),
});
const about = (of: Plan) => ({ plan: hashOf(of), incident: of.incident, now: now(), answers: 'act-2' });
const undecided = async (change: Partial<Plan>, finding: string): Promise<Order> => {
  const auto: Plan = { ...bent({ kind: 'aws/quarantine-auto' }), mode: 'auto', ...change };
  return orderOf(world, auto, 's1', { decisions: [], finding: { source: 'guardduty', id: finding } });
};

/** What was put on `undone` is asked to be taken off again, by the executor's own words. */
async function undoOf(bend: (undo: Plan) => Plan = (undo) => undo): Promise<{ undo: Plan; order: Order }> {
  const standing = { hash: hashOf(undone), plan: undone, results: putOn, foundSo: [], done: [] };
  const made = undoPlan([standing], {
    verdict: 'falsePositive',
    madeAt: plus(undone.madeAt, 1),
    validityMs: 3_600_000,
  });
  if (made.plan === null) throw new Error(made.why);
  const undo = bend(made.plan);
  const decided = { plan: hashOf(undo), incident: undo.incident, now: now(), answers: 'undo-3' };
  const order = await orderOf(world, undo, undo.steps.at(-1)?.id ?? 'none', {
    decisions: [await approves(world, 'sam', decided), await approves(world, 'ivo', decided)],
    undoes: [{ plan: undone, results: putOn.map(({ saying }) => saying) }],
  });
  return { undo, order };
}

const undoLies: [name: string, check: string, order: () => Promise<Order>][] = [
  ['an undo that nobody approved', 'quorumIsMet', async () => ({ ...(await undoOf()).order, decisions: [] })],
  [
    'an undo by votes for another undo',
    'decisionsNameThisPlan',
    async () => {
      const other = await undoOf((undo) => ({ ...undo, class: 'other' }));
      return { ...(await undoOf()).order, decisions: other.order.decisions };
    },
  ],
  [
    "an undo by the act gate's votes",
    'decisionsNameThisPlan',
    async () => ({ ...(await undoOf()).order, decisions: (await orderOf(world, undone, 's1')).decisions }),
  ],
  [
    'an undo that people were asked about as an act',
    'decisionsAnswerAGateOfTheirs',
    async () => {
      const { undo, order } = await undoOf();
      return { ...order, decisions: (await orderOf(world, undo, 's1')).decisions };
    },
  ],
  [
    'an undo of a step that was never applied',
    'undoLiftsOnlyWhatItPutOn',
    async () => ({ ...(await undoOf()).order, undoes: [{ plan: undone, results: [] }] }),
  ],
  [
    "an undo of another user's quarantine",
    'undonePlansAreOfThisIncident',
    async () => {
      const { order } = await undoOf((undo) => ({
        ...undo,
        identity: { ...undo.identity, reference: 'victim' },
        incident: workflowIdOf({ ...undo.identity, reference: 'victim' }),
      }));
      return order;
    },
  ],
];

it.each(undoLies)('is refused: %s (%s)', async (_, check, lie) => {
  const before = await standing();
  const lines = executor.audit.length;
  await expect(executor.undo(await lie())).rejects.toMatchObject({
    type: 'refused',
    message: expect.stringContaining(`(${check})`),
  });
  expect(executor.audit.slice(lines)).toMatchObject([{ verdict: 'refused', code: check }]);
  expect(await standing()).toEqual(before);
});

it('an undo that people agreed to is carried out once: then the plan before is used up, and so is the undo', async () => {
  const { order } = await undoOf();
  const quarantined = await attachedTo('undone');
  expect(quarantined).toContain('custody-quarantine');
  await executor.undo(order);
  expect(await attachedTo('undone')).not.toContain('custody-quarantine');
  // A retry of the same order finds it so.
  await executor.undo(order);
  const used = { type: 'refused', message: expect.stringContaining('(warrantIsNotUsedUp)') };
  await expect(executor.undo({ ...order, id: 'order-another' })).rejects.toMatchObject(used);
  await expect(executor.apply(await orderOf(world, undone, 's1'))).rejects.toMatchObject(used);
  expect(await attachedTo('undone')).not.toContain('custody-quarantine');
});

const lies: [name: string, check: string, order: () => Promise<Order>][] = [
  [
    'a plan altered after it was approved: another target',
    'decisionsNameThisPlan',
    async () => ({
      ...(await orderOf(world, plan, 's1')),
      plan: bent({ target: { userName: 'bystander' } }),
    }),
  ],
  [
    'a plan altered after it was approved: a later end',
    'decisionsNameThisPlan',
    async () => ({
      ...(await orderOf(world, plan, 's1')),
      plan: bent({ notAfter: '2099-01-01T00:00:00.000Z' }),
    }),
  ],
  [
    'a raised class, after it was approved',
    'decisionsNameThisPlan',
    async () => ({ ...(await orderOf(world, plan, 's1')), plan: { ...plan, class: 'privileged' } }),
  ],
  ['no vote at all', 'quorumIsMet', () => orderOf(world, plan, 's1', { decisions: [] })],
  [
    'a missing vote',
    'quorumIsMet',
    async () => orderOf(world, plan, 's1', { decisions: [await approves(world, 'ivo', about(plan))] }),
  ],
  [
    'votes of another incident',
    'decisionsAreOfThisIncident',
    async () => ({ ...(await orderOf(world, used, 's1')), plan, incident: plan.incident }),
  ],
  [
    'a vote from before the plan',
    'decisionsAreOfTheirTime',
    async () => {
      const early = { ...about(plan), now: plus(plan.madeAt, -3_600_000) };
      return orderOf(world, plan, 's1', {
        decisions: [await approves(world, 'erin', early), await approves(world, 'ivo', early)],
      });
    },
  ],
  [
    'votes whose step has run out since',
    'stepIsInTime',
    () => orderOf(world, { ...bent({ notAfter: '2020-01-01T00:00:00.000Z' }) }, 's1'),
  ],
  ['a used warrant', 'warrantIsNotUsedUp', () => orderOf(world, used, 's1')],
  [
    'an account of somebody else',
    'accountIsOurs',
    () => {
      const identity = { ...plan.identity, account: '999999999999' };
      return orderOf(world, { ...plan, identity, incident: workflowIdOf(identity) }, 's1');
    },
  ],
  [
    'a plan against another than the incident is about',
    'incidentIsOfThisIdentity',
    () => orderOf(world, { ...plan, identity: { ...plan.identity, reference: 'bystander' } }, 's1'),
  ],
  [
    'a protected identity',
    'identityIsNotProtected',
    () => {
      const identity = { ...plan.identity, reference: 'Break-Glass-1' };
      return orderOf(world, { ...plan, identity, incident: workflowIdOf(identity) }, 's1');
    },
  ],
  [
    'the executor itself',
    'identityIsNotOurs',
    () => {
      const identity = { ...plan.identity, reference: 'custody-automatic' };
      return orderOf(world, { ...plan, identity, incident: workflowIdOf(identity) }, 's1');
    },
  ],
  ['an invented finding', 'findingExists', () => undecided({}, 'invented')],
  [
    'a class that may not be cut without people',
    'automaticIsAllowed',
    () => undecided({ class: 'other' }, 'invented'),
  ],
  [
    'a plan of a class that asks as if it did not',
    'quorumIsMet',
    () => undecided({ mode: 'ask' }, 'invented'),
  ],
  ['something that is no order', 'orderIsWellFormed', async () => ({ step: 's1' }) as unknown as Order],
];

it.each(lies)('is refused: %s (%s)', async (_, check, lie) => {
  const before = await standing();
  const [lines, acts] = [executor.audit.length, (await executor.ledger.acts()).length];
  await expect(executor.apply(await lie())).rejects.toMatchObject({
    type: 'refused',
    nonRetryable: true,
    message: expect.stringContaining(`(${check})`),
  });
  expect(executor.audit.slice(lines)).toMatchObject([
    { verdict: 'refused', code: check, why: expect.stringMatching(/\S/), stage: 'warrant' },
  ]);
  expect(await standing()).toEqual(before);
  expect(await executor.ledger.acts()).toHaveLength(acts);
});

it('does not act on another user than the plan is about, although people approved exactly that', async () => {
  const before = await standing();
  const other = bent({ target: { userName: 'bystander' } });
  await expect(executor.apply(await orderOf(world, other, 's1'))).rejects.toMatchObject({
    type: 'impossible',
  });
  expect(executor.audit.at(-1)).toMatchObject({ verdict: 'failed', code: 'impossible' });
  expect(await standing()).toEqual(before);
});

it('is obeyed where the warrant is good, so its way to the executor works', async () => {
  await executor.apply(await orderOf(world, plan, 's1'));
  expect(await standing()).toMatchObject([
    expect.arrayContaining(['custody-quarantine']),
    ['bystander-policy'],
    {},
    {},
  ]);
});
