// An executor as a process would run it, with its own policy, directory and ledger, on whatever provider it is given.
import { MockActivityEnvironment } from '@temporalio/testing';
import { type ExecutorDependencies, executorActivities } from '../../activities/executor.ts';
import { type Ledger, openLedger } from '../../authority/ledger/ledger-file.ts';
import type { ExecutorPolicy } from '../../authority/policy.schema.ts';
import { say } from '../../authority/sign.ts';
import { untouchableOf } from '../../authority/warrant/untouchable.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { workflowIdOf } from '../../domain/identity/identity.ts';
import { instant, plus } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Discovery, Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Provider } from '../../domain/provider/provider.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { beginIn, unkept } from '../../workers/bookkeeping.ts';
import { firstRun, saying, type World } from '../authority/rightful.ts';

export const now = () => instant(Date.now());

export interface Executor {
  apply(order: Order): Promise<Saying>;
  undo(order: Order): Promise<Saying>;
  audit: AuditEntry[];
  ledger: Ledger;
}

export interface Running {
  world: World;
  provider: Provider;
  policy: ExecutorPolicy;
  /** Where its ledger lies. */
  state: string;
}

export async function anExecutor({ world, provider, policy, state }: Running): Promise<Executor> {
  const { kinds, preflight } = provider;
  const { directory } = world;
  const ledger = await openLedger(state);
  const audit: AuditEntry[] = [];
  const name = policy.executor as 'identity-aws';
  const dependencies: ExecutorDependencies = {
    hand: provider.hand,
    preflight,
    untouchable: async (keys) => untouchableOf(keys, { policy, self: await provider.self() }),
    takes: (kind) => policy.kinds.includes(kind),
    verify: async (order, at) => {
      try {
        const [self, acts] = [await provider.self(), await ledger.acts()];
        return await verifyWarrant({ order, policy, authority: null, directory, kinds, self, acts, now: at });
      } catch (error) {
        return unkept(error);
      }
    },
    begin: beginIn({ ledger, policy: async () => policy, providerOf: () => provider, now }),
    speak: (said) => say({ ...said, key: world.keys[name], now: now(), validForMs: 600_000 }),
    now,
    audit: async (entry) => void audit.push(entry),
  };
  const activities = executorActivities(dependencies);
  const run = (verb: 'apply' | 'undo') => (order: Order) =>
    new MockActivityEnvironment().run<[Order], Saying, typeof activities.apply>(activities[verb], order);
  return { apply: run('apply'), undo: run('undo'), audit, ledger };
}

/** The plan that a look at an identity gives, for this executor and checker. */
export function planOf(discovery: Discovery, change: Partial<Plan> = {}): Plan {
  const { identity } = discovery;
  if (identity === null) throw new Error('there is no such identity');
  const madeAt = now();
  return {
    v: 1,
    incident: workflowIdOf(identity),
    firstRun,
    identity,
    class: 'workload',
    strategy: 'cut',
    runbook: 'a'.repeat(64),
    drill: false,
    mode: 'ask',
    madeAt,
    steps: (discovery.proposals.cut ?? []).map(
      ({ byHand: _, otherwise: __, ...proposal }, i): Step => ({
        ...proposal,
        id: `s${i + 1}`,
        executor: proposal.part === 'owner' ? 'owner-aws' : 'identity-aws',
        checker: 'aws',
        party: proposal.part === 'owner' ? 'service-owner' : 'identity',
        gate: proposal.reversibility === 'irreversible' ? 'irreversible' : 'act',
        notAfter: plus(madeAt, 86_400_000),
      }),
    ),
    ...change,
  };
}

/** An order of one step that both parties have approved. */
export async function orderOf(
  world: World,
  plan: Plan,
  step: string,
  more: Partial<Order> = {},
): Promise<Order> {
  const about = { plan: hashOf(plan), incident: plan.incident, firstRun: plan.firstRun, now: now() };
  const approve = (name: 'sam' | 'ivo') =>
    saying(world, name, 'decide', { ...about, answers: 'act-2', body: { verdict: 'approve' } });
  return {
    id: `order-${step}`,
    incident: plan.incident,
    firstRun: plan.firstRun,
    plan,
    step,
    decisions: await Promise.all([approve('sam'), approve('ivo')]),
    results: [],
    head: 'b'.repeat(64),
    orderedAt: now(),
    ...more,
  };
}
