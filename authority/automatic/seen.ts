// What an executor has seen for itself where no person has decided, and what it is judged by. Nothing in it comes from an orchestrator
// but the order.
import type { Instant } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Discovery, Step } from '../../domain/plan/plan.schema.ts';
import type { SourceFinding } from '../../domain/provider/provider.ts';
import type { Act } from '../ledger/act.ts';
import type { AutomaticPolicy } from '../policy.schema.ts';

export interface Seen {
  /** The executor's own look at the identity. */
  discovery: Pick<Discovery, 'identity' | 'facts' | 'waysIn'>;
  /** null: its source does not know it. */
  finding: SourceFinding | null;
  /** KEYs of those that wear the automatic quarantine now. */
  wearers: readonly string[];
  /** The kind whose wearers are counted. */
  quarantine: string;
}

export interface AutomaticFacts extends Seen {
  order: Order;
  step: Step;
  /** Hash of the plan. */
  hash: string;
  policy: AutomaticPolicy;
  /** What the executor has done or may have done, without the act that is asked about. */
  acts: readonly Act[];
  now: Instant;
}

/** Why people must be asked, or null. */
export interface AutomaticCheck {
  name: string;
  check(facts: AutomaticFacts): string | null;
}
