// One incident's way through the provider, as workers would take it: discover, plan, apply step by step, see.
import type { Consumer } from '../../../domain/consumer/consumer.schema.ts';
import { workflowIdOf } from '../../../domain/identity/identity.ts';
import { type Instant, instant } from '../../../domain/instant/instant.ts';
import type { Applied } from '../../../domain/plan/order.schema.ts';
import type { Discovery, Plan, Step, Strategy } from '../../../domain/plan/plan.schema.ts';
import { discoverySchema, planSchema } from '../../../domain/plan/plan.schema.ts';
import { appliedSchema, type Checked, checkedSchema } from '../../../domain/plan/order.schema.ts';
import type { Evidence } from '../../../domain/provider/provider.ts';
import { ACCOUNT, type Estate, REGION, type Workload } from '../../../local/demo/estate.ts';
import {
  type Aws,
  type AwsOptions,
  type Clock,
  connect,
  type Credentials,
} from '../../../providers/aws/clients.ts';
import { kindsOf } from '../../../providers/aws/kinds.ts';
import { type Watched, watched } from './watched.ts';
import { unhurried } from '../unhurried.ts';

export interface Workers {
  identity: Watched;
  owner: Watched;
  /** Writes inline policies, and nothing else. */
  sessions: Watched;
  checker: Watched;
}

export function workersOf(
  estate: Estate,
  clock?: Clock,
  connection: (options: AwsOptions) => Aws = connect,
): Workers {
  const as = (credentials: Credentials) => {
    const options = {
      account: ACCOUNT,
      region: REGION,
      endpoint: estate.endpoint,
      credentials,
      ...(clock === undefined ? {} : { clock }),
    };
    return watched(options, connection(options));
  };
  return {
    identity: as(estate.executors.identity),
    owner: as(estate.executors.owner),
    sessions: as(estate.executors.sessions),
    checker: as(estate.checker),
  };
}

type Sight = Omit<Checked['steps'][number], 'step'>;

export class Course {
  readonly plan: Plan;
  readonly discovery: Discovery;
  readonly workers: Workers;
  /** What the steps said, by step id. */
  readonly evidence: Record<string, Evidence> = {};
  orderedAt: Instant;
  heartbeats = 0;
  withdrawn = unhurried.withdrawn;

  constructor(discovery: Discovery, workers: Workers, strategy: Strategy = 'cut') {
    this.discovery = discoverySchema.parse(discovery);
    this.workers = workers;
    this.orderedAt = instant(workers.identity.clock.now());
    this.plan = planSchema.parse({
      v: 1,
      incident: discovery.identity === null ? 'incident/none' : workflowIdOf(discovery.identity),
      firstRun: 'run-1',
      identity: discovery.identity,
      class: 'workload',
      strategy,
      runbook: '0'.repeat(64),
      drill: false,
      mode: 'ask',
      madeAt: this.orderedAt,
      steps: (discovery.proposals[strategy] ?? []).map(
        ({ byHand: _, otherwise: __, ...proposal }, index) => ({
          ...proposal,
          id: `s${index + 1}`,
          executor: proposal.part === 'owner' ? 'owner' : 'identity',
          checker: 'checker',
          party: proposal.part === 'owner' ? 'service-owner' : 'identity',
          gate: proposal.reversibility === 'irreversible' ? 'irreversible' : 'act',
          notAfter: '2100-01-01T00:00:00.000Z',
        }),
      ),
    });
  }

  step(kind: string, verb: Step['verb'] = 'apply'): Step {
    const step = this.plan.steps.find((one) => one.kind === kind && one.verb === verb);
    if (step === undefined) throw new Error(`the plan has no step ${verb} ${kind}`);
    return step;
  }

  /** `worker`: whoever takes it in place of the part's own. */
  async take(step: Step, worker: Watched = this.workerOf(step)): Promise<Omit<Applied, 'step' | 'at'>> {
    const done = await worker.kinds[step.kind]?.[step.verb]({
      plan: this.plan,
      step,
      orderedAt: this.orderedAt,
      evidence: this.evidence,
      heartbeat: () => {
        this.heartbeats += 1;
      },
      withdrawn: this.withdrawn,
    });
    const { wasSo, evidence } = appliedSchema.parse({ ...done, step: step.id, at: this.orderedAt });
    this.evidence[step.id] = evidence;
    return { wasSo, evidence };
  }

  private workerOf({ part, kind }: Step): Watched {
    if (part === 'owner') return this.workers.owner;
    return kindsOf('ends-sessions').includes(kind) ? this.workers.sessions : this.workers.identity;
  }

  async see(step: Step): Promise<{ holds: boolean; saw: string }> {
    const evidence = this.evidence[step.id] ?? {};
    const seen = await this.workers.checker.kinds[step.kind]?.check({ plan: this.plan, step, evidence });
    const [only] = checkedSchema.parse({ at: this.orderedAt, steps: [{ step: step.id, ...seen }] }).steps;
    return { holds: only?.holds ?? false, saw: only?.saw ?? '' };
  }

  /** After it was seen. null: this kind is not watched. */
  async watch(step: Step, knownUse: Instant | null = null): Promise<Sight | null> {
    const kind = this.workers.checker.kinds[step.kind];
    if (kind?.watch === undefined) return null;
    if (kind.watch === 'check') return this.see(step);
    const evidence = this.evidence[step.id] ?? {};
    const seen = await kind.watch({ plan: this.plan, step, evidence, knownUse });
    const [only] = checkedSchema.parse({ at: this.orderedAt, steps: [{ step: step.id, ...seen }] }).steps;
    return only ?? null;
  }

  /** Takes and sees every step up to, not including, this one. */
  async upTo(last: Step): Promise<void> {
    for (const step of this.plan.steps) {
      if (step.id === last.id) return;
      await this.take(step);
    }
  }
}

export async function courseForRole(
  roleName: string,
  workers: Workers,
  asked: { credentials?: string[]; strategy?: Strategy } = {},
): Promise<Course> {
  const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-role', reference: roleName };
  const discovery = await workers.checker.discover({
    id: 'discover-1',
    firstRun: 'run-1',
    incident: workflowIdOf(identity),
    identity,
    credentials: asked.credentials ?? [],
    secret: null,
  });
  return new Course(discovery, workers, asked.strategy);
}

export async function courseForSecret(
  secret: string,
  workers: Workers,
  asked: { letsGo?: true } = {},
): Promise<Course> {
  const discovery = await workers.checker.discover({
    id: 'discover-1',
    firstRun: 'run-1',
    incident: `incident/aws/${ACCOUNT}/secret/${encodeURIComponent(secret)}`,
    identity: { provider: 'aws', account: ACCOUNT, kind: 'secret', reference: secret },
    credentials: [],
    secret: null,
    ...asked,
  });
  return new Course(discovery, workers);
}

export async function courseFor(
  workload: Workload,
  workers: Workers,
  asked: {
    credentials?: string[];
    secret?: string | null;
    strategy?: Strategy;
    since?: Instant;
    consumers?: Consumer[];
    letsGo?: true;
    retireSecretDays?: number;
  } = {},
): Promise<Course> {
  const discovery = await workers.checker.discover({
    id: 'discover-1',
    firstRun: 'run-1',
    incident: `incident/aws/${ACCOUNT}/iam-user/${workload.user}`,
    identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: workload.user },
    credentials: asked.credentials ?? [workload.stolenKey.accessKeyId],
    ...(asked.since === undefined ? {} : { since: asked.since }),
    secret: asked.secret === undefined ? workload.secretId : asked.secret,
    ...(asked.consumers === undefined ? {} : { consumers: asked.consumers }),
    ...(asked.letsGo === undefined ? {} : { letsGo: asked.letsGo }),
    ...(asked.retireSecretDays === undefined ? {} : { retireSecretDays: asked.retireSecretDays }),
  });
  return new Course(discovery, workers, asked.strategy);
}
