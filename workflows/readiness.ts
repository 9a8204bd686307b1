// Asks one executor what it lacks for the steps that plans about some identities would hold. It holds no incident, orders nothing, and
// ends by itself: an executor answers this of itself alone, and changes nothing.
import { ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { executorActivities } from '../activities/executor.ts';
import type { Preflight } from '../domain/provider/provider.ts';
import {
  type Answer,
  type Asking,
  type Held,
  heldOf,
  type Needs,
  togetherOf,
} from '../domain/readiness/asking.ts';
import { isUndecodable } from './converter.ts';
import { sorted } from './failure-sort.ts';
import { executorQueue } from './messages.ts';
import { readPreflight } from './preflight.ts';

const LIMITS = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '30 seconds',
  retry: {
    initialInterval: '1 second',
    maximumAttempts: 3,
    nonRetryableErrorTypes: ['denied', 'impossible', 'refused'],
  },
} satisfies Parameters<typeof proxyActivities>[0];

/** `why`: what failed says of itself. */
type Said = { absent: true } | { absent: false; said: Preflight; why: string | null };

export async function readiness(asking: Asking): Promise<Answer> {
  const { executor, account, pickUpMs, needs } = readable(asking);
  const { preflight } = proxyActivities<ReturnType<typeof executorActivities>>({
    ...LIMITS,
    scheduleToStartTimeout: pickUpMs,
    taskQueue: executorQueue(executor),
  });

  const ask = async (about: readonly Needs[]): Promise<Said> => {
    const { touches, ...rest } = togetherOf(about);
    try {
      const said = readPreflight(await preflight({ ...rest, keys: touches, account }));
      return { absent: false, said, why: null };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { sort, reason } = sorted(error);
      if (sort === 'absent') return { absent: true };
      return { absent: false, said: { missing: [], unknown: reason }, why: reason };
    }
  };

  /** What is not known of all of them together may be known of each: a permission that it has for some of them, for example. */
  const heldFor = async (about: readonly Needs[]): Promise<Held[] | null> => {
    const answer = await ask(about);
    if (answer.absent) return null;
    const { said, why } = answer;
    if (said.unknown === null || why !== null || about.length === 1)
      return about.map((one) => heldOf(one, said));
    const half = Math.ceil(about.length / 2);
    const first = await heldFor(about.slice(0, half));
    const rest = first === null ? null : await heldFor(about.slice(half));
    return first === null || rest === null ? null : [...first, ...rest];
  };

  const held = await heldFor(needs);
  return held === null ? { absent: true } : { absent: false, held };
}

/** Anybody who may start workflows may start this one, with anything. */
function readable(asking: unknown): Asking {
  const { executor, account, pickUpMs, needs } = (
    isUndecodable(asking) ? {} : (asking ?? {})
  ) as Partial<Asking>;
  const fits =
    typeof executor === 'string' &&
    (account === null || typeof account === 'string') &&
    typeof pickUpMs === 'number' &&
    pickUpMs > 0 &&
    Array.isArray(needs) &&
    needs.length > 0 &&
    (needs as Partial<Needs>[]).every(
      (one) =>
        typeof one?.key === 'string' &&
        [one.permissions, one.targets, one.kinds, one.touches].every((list) => Array.isArray(list)),
    );
  if (!fits) {
    throw ApplicationFailure.nonRetryable(
      'Start it with { executor, account, pickUpMs, needs: [{ key, permissions, targets, kinds, touches }] }.',
      'unreadableStart',
    );
  }
  return { executor, account, pickUpMs, needs };
}
