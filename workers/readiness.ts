// Reads an estate once and says of everybody in it whether they could be contained today. It runs beside a checker, opens no incident and
// changes nothing; executors are asked about themselves through Temporal.
import { loadFolder } from '../authority/folder.ts';
import type { Polled } from '../client/asking.ts';
import { absentSays, type Hand, type Hands } from '../domain/readiness/hands.ts';
import { type NotLooked, readinessOf } from '../domain/readiness/readiness.ts';
import { type LookedAhead, lookedOf } from '../domain/readiness/looked.ts';
import { isReady, type Report, reportOf, type Worker } from '../domain/readiness/report.ts';
import { type Estate, ProviderError } from '../domain/provider/provider.ts';
import type { Runbook } from '../domain/runbook/runbook.schema.ts';
import { durationMs } from '../domain/instant/instant.ts';
import { type Connects, executorsAsked, questionsOf, unlessUnreachable } from './asking.ts';
import { configured, type Environment, isOfPostgres } from './configuration.ts';
import { looked } from './look-ahead.ts';
import { planeOf } from './planes.ts';
import { now } from './process.ts';
import { checkerQueue, executorQueue, NOTIFY_QUEUE, TASK_QUEUE } from '../workflows/messages.ts';

export interface Wanted {
  /** KEYs; null: everybody. */
  only: readonly string[] | null;
  /** null: of every class. */
  class: string | null;
  /** Told now and then how many have been looked at. */
  progress: (count: number) => void;
}

/** Looked at side by side; the provider keeps the pace. */
const AT_ONCE = 6;
const TELL_EVERY = 100;

/** Throws `ConfigurationError`, `PolicyError`, or `ProviderError` where nobody could be looked at. */
export async function readinessHere(
  wanted: Wanted,
  environment: Environment,
  connects: Connects,
): Promise<{ report: Report; ready: boolean }> {
  const { CUSTODY_ACCOUNT, CUSTODY_RUNBOOK } = configured('readiness', environment);
  const folder = await loadFolder(CUSTODY_RUNBOOK);
  const { runbook } = folder;
  const provider = isOfPostgres(environment) ? 'postgres' : 'aws';
  const accounts = CUSTODY_ACCOUNT.split(',');
  const plane = await planeOf(provider, accounts, environment);
  const estates = new Map(accounts.map((account) => [account, plane.of(account).estate()]));
  const at = now();

  const { keys, unlisted } =
    wanted.only === null ? await everyone(estates) : { keys: [...wanted.only], unlisted: [] };
  let count = 0;
  const looking = {
    folder,
    now: at,
    // Whatever account a name is of: one that is none of these is refused by the plane, with those that are.
    providerOf: (account: string | null) => estates.get(account ?? '') ?? plane.of(account),
  };
  const seen = await pooled(keys, async (key): Promise<LookedAhead | NotLooked> => {
    try {
      return await looked({ key, credential: null, facts: [] }, looking);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { key, unread: error.message };
    } finally {
      count += 1;
      if (count % TELL_EVERY === 0) wanted.progress(count);
    }
  });
  // Of one that could not be looked at, the class is not known: it may be the one that is asked about.
  const meant = seen.filter(
    (one) => wanted.class === null || 'unread' in one || one.rules.class === wanted.class,
  );

  const plans = meant.flatMap((one) =>
    'unread' in one
      ? []
      : [...one.made, ...(one.alone === null ? [] : [one.alone])].flatMap(({ plan }) =>
          plan === null ? [] : [{ key: one.key, plan }],
        ),
  );
  const pickUpMs = durationMs(runbook.orders.pickUp);
  const executors = await executorsAsked(questionsOf(plans), { connects, pickUpMs });
  const { workers, checkers } = await workersOf(runbook, {
    provider,
    accounts,
    asked: executors,
    connects,
  });
  const hands: Hands = { executors, checkers };
  const identities = meant.map((one) => readinessOf('unread' in one ? one : lookedOf(one), hands));
  const report = reportOf({
    at,
    runbook: { name: runbook.name, hash: folder.hash },
    accounts,
    workers,
    unlisted,
    identities,
  });
  return { report, ready: isReady(report) };
}

/** What was listed before a page failed counts; that there may be more is said. */
async function everyone(
  estates: ReadonlyMap<string, Estate>,
): Promise<{ keys: string[]; unlisted: string[] }> {
  const keys: string[] = [];
  const unlisted: string[] = [];
  for (const [account, estate] of estates) {
    try {
      for await (const key of estate.everyone()) keys.push(key);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      unlisted.push(`${account}: ${error.message}`);
    }
  }
  return { keys, unlisted };
}

interface Named {
  name: string;
  role: Worker['role'];
  queue: string;
  of: Polled;
}

/** All that must be at work for an incident of this estate, whether or not a plan of today names them. */
async function workersOf(
  { executors, checkers }: Pick<Runbook, 'executors' | 'checkers'>,
  about: {
    provider: string;
    accounts: readonly string[];
    asked: ReadonlyMap<string, Hand>;
    connects: Connects;
  },
): Promise<{ workers: Worker[]; checkers: Map<string, Hand> }> {
  const covering = (all: Readonly<Record<string, { provider: string; accounts: readonly string[] }>>) =>
    Object.entries(all).flatMap(([name, one]) =>
      one.provider === about.provider &&
      one.accounts.some((account) => account === '*' || about.accounts.includes(account))
        ? [name]
        : [],
    );
  const named: Named[] = [
    { name: 'orchestrator', role: 'orchestrator', queue: TASK_QUEUE, of: 'workflows' },
    { name: 'notifier', role: 'notifier', queue: NOTIFY_QUEUE, of: 'activities' },
    ...covering(executors).map(
      (name): Named => ({ name, role: 'executor', queue: executorQueue(name), of: 'activities' }),
    ),
    ...covering(checkers).map(
      (name): Named => ({ name, role: 'checker', queue: checkerQueue(name), of: 'activities' }),
    ),
  ];
  const hands = await Promise.all(named.map((one) => there(one, about.connects)));
  const found = new Map<string, Hand>();
  const workers = named.map(({ name, role }, i): Worker => {
    const seen = hands[i] ?? { state: 'notAsked', why: '' };
    if (role === 'checker') found.set(name, seen);
    // Temporal remembers a worker for minutes: one that took up no question is not there.
    const hand = role === 'executor' && about.asked.get(name)?.state === 'absent' ? ABSENT : seen;
    if (hand.state === 'there') return { name, role, there: true, says: null };
    return hand.state === 'absent'
      ? { name, role, there: false, says: absentSays(name, role) }
      : { name, role, there: null, says: hand.why };
  });
  return { workers, checkers: found };
}

const ABSENT: Hand = { state: 'absent' };

const there = ({ queue, of }: Named, connects: Connects): Promise<Hand> =>
  unlessUnreachable(connects, async (asks) =>
    (await asks.polled(queue, of)) ? { state: 'there', held: new Map() } : ABSENT,
  );

async function pooled<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const taking = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, taking));
  return results;
}
