// One incident's way through the provider, as workers would take it: discover, plan, apply step by step, see.
import {
  discoverySchema,
  type Plan,
  planSchema,
  type Step,
  type Strategy,
} from '../../../domain/plan/plan.schema.ts';
import type { Instant } from '../../../domain/instant/instant.ts';
import { appliedSchema, type Checked, checkedSchema } from '../../../domain/plan/order.schema.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import type { Evidence, Provider } from '../../../domain/provider/provider.ts';
import { postgresProvider } from '../../../providers/postgres/provider.ts';
import { type Application, CLUSTER, type Estate } from './estate.ts';
import { unhurried } from '../unhurried.ts';

export interface Workers {
  cut: Provider;
  issue: Provider;
  check: Provider;
}

export const workersOf = ({ cluster }: Estate): Workers => ({
  cut: postgresProvider(cluster('custody_cut')),
  issue: postgresProvider(cluster('custody_issue')),
  check: postgresProvider(cluster('custody_check')),
});

export const discovered = async (
  { check }: Workers,
  { role: { username } }: Application,
  secret: string | null,
): Promise<Discovery> =>
  discoverySchema.parse(
    await check.discover({
      id: 'discover-1',
      firstRun: 'run-1',
      incident: `incident/postgres/${CLUSTER}/role/${encodeURIComponent(username)}`,
      identity: { provider: 'postgres', account: CLUSTER, kind: 'role', reference: username },
      credentials: [],
      secret,
    }),
  );

type Sight = Omit<Checked['steps'][number], 'step'>;

export class Course {
  readonly plan: Plan;
  readonly discovery: Discovery;
  readonly workers: Workers;
  /** What the steps said, by step id. */
  readonly evidence: Record<string, Evidence> = {};

  constructor(discovery: Discovery, workers: Workers, strategy: Strategy) {
    this.discovery = discovery;
    this.workers = workers;
    const { identity } = discovery;
    const madeAt = new Date().toISOString();
    this.plan = planSchema.parse({
      v: 1,
      incident: `incident/postgres/${CLUSTER}/role/${encodeURIComponent(identity?.reference ?? '')}`,
      firstRun: 'run-1',
      identity,
      class: 'workload',
      strategy,
      runbook: '0'.repeat(64),
      drill: false,
      mode: 'ask',
      madeAt,
      steps: (discovery.proposals[strategy] ?? []).map((proposal, index) => ({
        ...proposal,
        id: `s${index + 1}`,
        executor: proposal.part === 'owner' ? 'owner' : 'identity',
        checker: 'checker',
        party: proposal.part === 'owner' ? 'service-owner' : 'identity',
        gate: proposal.reversibility === 'irreversible' ? 'irreversible' : 'act',
        notAfter: '2100-01-01T00:00:00.000Z',
      })),
    });
  }

  /** Their kinds and verbs, in order. */
  steps(): string[] {
    return this.plan.steps.map(
      ({ kind, verb }) => `${kind.replace('postgres/', '')}${verb === 'undo' ? ' ↑' : ''}`,
    );
  }

  step(kind: string, verb: Step['verb'] = 'apply'): Step {
    const step = this.plan.steps.find((one) => one.kind === kind && one.verb === verb);
    if (step === undefined) throw new Error(`the plan has no step ${verb} ${kind}`);
    return step;
  }

  async take(step: Step): Promise<{ wasSo: boolean; evidence: Evidence }> {
    const worker = step.part === 'owner' ? this.workers.issue : this.workers.cut;
    const done = await worker.hand(this.plan, step, step.verb)?.[step.verb]({
      plan: this.plan,
      step,
      orderedAt: this.plan.madeAt,
      evidence: this.evidence,
      ...unhurried,
    });
    const { wasSo, evidence } = appliedSchema.parse({ ...done, step: step.id, at: this.plan.madeAt });
    this.evidence[step.id] = evidence;
    return { wasSo, evidence };
  }

  async see(step: Step): Promise<{ holds: boolean; saw: string }> {
    const evidence = this.evidence[step.id] ?? {};
    const seen = await this.workers.check
      .hand(this.plan, step, 'check')
      ?.check({ plan: this.plan, step, evidence });
    const [only] = checkedSchema.parse({ at: this.plan.madeAt, steps: [{ step: step.id, ...seen }] }).steps;
    return { holds: only?.holds ?? false, saw: only?.saw ?? '' };
  }

  /** After it was seen. null: this kind is not watched. */
  async watch(step: Step, knownUse: Instant | null = null): Promise<Sight | null> {
    const kind = this.workers.check.hand(this.plan, step, 'check');
    if (kind?.watch === undefined) return null;
    if (kind.watch === 'check') return this.see(step);
    const evidence = this.evidence[step.id] ?? {};
    const seen = await kind.watch({ plan: this.plan, step, evidence, knownUse });
    const [only] = checkedSchema.parse({ at: this.plan.madeAt, steps: [{ step: step.id, ...seen }] }).steps;
    return only ?? null;
  }

  /** Takes every step up to, not including, this one. */
  async upTo(last: Step): Promise<void> {
    for (const step of this.plan.steps) {
      if (step.id === last.id) return;
      await this.take(step);
    }
  }
}

export async function courseFor(
  application: Application,
  workers: Workers,
  asked: { strategy?: Strategy; secret?: string | null } = {},
): Promise<Course> {
  const secret = asked.secret === undefined ? application.secretId : asked.secret;
  return new Course(await discovered(workers, application, secret), workers, asked.strategy ?? 'cut');
}
