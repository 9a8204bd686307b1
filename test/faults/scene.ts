// An incident that goes wrong on the way: whose credential is stolen, by workers that reach what they act on through proxies alone.
// Everybody else (the thief, the service, whoever looks at the end) goes there directly.
import path from 'node:path';
import type { ExecutorPolicy, SecretPolicy } from '../../authority/policy.schema.ts';
import type { Discovery, Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Evidence } from '../../domain/provider/provider.ts';
import type { Executors } from './executor-process.ts';
import { type Machine, moveIn, type Office, orderOf, saidIn } from './office.ts';
import { tried } from './tried.ts';
import type { Wire } from './wire.ts';

export interface Scene {
  plan: Plan;
  discovery: Discovery;
  /** Looks once more, by the same checker. */
  discover(): Promise<{ discovery: Discovery }>;
  take(step: Step): Promise<unknown>;
  see(step: Step): Promise<{ holds: boolean }>;
  /** Whether it is seen only once the service has used what it made. */
  isSeenByUse(step: Step): boolean;
  /** All that the incident may change, by the names that calls use. */
  own: readonly string[];
  /** The innocent service does its work, if it can. */
  work(): Promise<unknown>;
  /** So much later that the last restrictions may come off. */
  later(): void;
  /** What the thief is answered, by each credential. */
  thief(): Promise<string[]>;
  /** What is so in the end, read at its source. */
  standing(): Promise<Record<string, unknown>>;
  /** Somebody else deletes it; not an error where it is gone. */
  deletes: Readonly<Record<string, () => Promise<void>>>;
  /** Every value that must be nowhere but where it belongs. */
  secrets(): Promise<string[]>;
  /** Its executors' folders, policies, ledgers and audit logs. */
  folder: string;
  end(): Promise<void>;
}

/** What all scenes of a test file stand on. */
export interface Ground {
  wire: Wire;
  office: Office;
  executors: Executors;
  /** Each scene has one of its own in it. */
  folder: string;
}

/**
 * By whom steps are taken. `processes`: those that make a credential or delete one are, by a process each try, which checks the order and keeps
 * its books; the others here, as all are otherwise.
 */
export type Hands = 'here' | 'processes';

const isWorthAProcess = ({ part, reversibility }: Step): boolean =>
  part === 'owner' || reversibility === 'irreversible';

/** As both planes have it. */
interface Course {
  plan: Plan;
  evidence: Record<string, Evidence>;
  take(step: Step): Promise<unknown>;
}

interface AtWork extends Pick<ExecutorPolicy, 'provider' | 'accounts'> {
  /** Of the executor's process: how it gets to what it acts on. */
  environment: Record<Machine, Record<string, string>>;
  secrets?: SecretPolicy[];
}

/** How the steps of a course are taken. */
export function takenBy(
  { office, executors }: Ground,
  hands: Hands,
  folder: string,
  course: Course,
  { environment, secrets, ...own }: AtWork,
): (step: Step) => Promise<unknown> {
  const { plan, evidence } = course;
  const homes = new Map<string, Promise<Record<string, string>>>();
  /** A try gets the order that the one before got. */
  const orders = new Map<string, ReturnType<typeof orderOf>>();
  return async (step) => {
    if (hands === 'here' || !isWorthAProcess(step)) return course.take(step);
    const machine = step.executor as Machine;
    const kinds = [...new Set(plan.steps.filter((one) => one.executor === machine).map(({ kind }) => kind))];
    const home =
      homes.get(machine) ??
      moveIn(office, machine, path.join(folder, machine), {
        ...own,
        kinds,
        ...(secrets === undefined ? {} : { secrets }),
      });
    homes.set(machine, home);
    const order =
      orders.get(step.id) ?? orderOf(office, plan, step, { evidence, orderedAt: new Date().toISOString() });
    orders.set(step.id, order);
    const said = saidIn(
      await executors.run({
        environment: { ...environment[machine], ...(await home) },
        order: await order,
        verb: step.verb,
      }),
    );
    orders.delete(step.id);
    evidence[step.id] = said.evidence;
    return said;
  };
}

/** A look at the beginning, which nothing befalls. */
export async function begun<T>(wire: Wire, discover: () => Promise<T>): Promise<T> {
  const outcome = await tried(wire, null, discover);
  if ('said' in outcome) return outcome.said;
  throw outcome.escalated;
}
