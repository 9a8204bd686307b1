// What was looked up beside the identity itself: earlier incidents, and what executors may do.
import type { Deciding } from './decision.ts';
import type { Earlier } from './incident.ts';

/** Whether this identity was attacked before: whoever judges it must know. */
export function recalled(deciding: Deciding, earlier: Earlier | null, unknown: string | null): void {
  deciding.add('recalled', { earlier, unknown });
  if (earlier === null) return;
  const { incident } = deciding;
  const times = earlier.count === 1 ? 'once' : `${earlier.count} times`;
  deciding.tell(
    incident.hold.party,
    `${incident.title}: this identity was attacked ${times} before; the last incident closed as ${earlier.closedAs} at ${earlier.closedAt}.`,
  );
}

/** Said to whoever must grant it, while there is time. */
export function preflighted(
  deciding: Deciding,
  effect: string,
  missing: string[],
  unknown: string | null,
): void {
  const executor = executorIn(effect);
  deciding.add('preflighted', { executor, missing, unknown });
  if (missing.length === 0) return;
  const { incident } = deciding;
  const step = incident.plans.flatMap(({ plan }) => plan.steps).find((one) => one.executor === executor);
  deciding.tell(
    step?.party ?? incident.hold.party,
    `${incident.title}: ${executor} lacks permissions that the plan needs: ${missing.join(', ').slice(0, 1_000)}. Grant them before they are needed.`,
  );
}

/** `preflight-2-identity-aws` */
const executorIn = (effect: string): string => effect.split('-').slice(2).join('-');
