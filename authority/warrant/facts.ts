// What the warrant's checks look at: one order, its proofs already tried by the executor's own directory, and its own policy.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Act } from '../ledger/act.ts';
import type { OwnAuthority } from '../own-authority.ts';
import type { ExecutorPolicy } from '../policy.schema.ts';
import type { Proof, Proven } from '../proof.ts';

/** What the provider's credential kinds declare, by kind. */
export type DeclaredKinds = Readonly<Record<string, Pick<CredentialKind, 'reversibility' | 'permissions'>>>;

export interface Facts {
  order: Order;
  plan: Plan;
  /** The one that is ordered. */
  step: Step;
  /** Hash of the plan, computed here. */
  hash: string;
  policy: ExecutorPolicy;
  /** By its own authority.cedar; null: it has none. */
  authority: OwnAuthority | null;
  kinds: DeclaredKinds;
  /** KEYs of the executor's own identities, or the ARN where one has none, as the provider itself says. */
  self: readonly string[];
  /** What it has done or may have done, as its own ledger tells. */
  acts: readonly Act[];
  now: Instant;
  /** In the order of `order.decisions` and `order.results`. */
  decisions: readonly Proof[];
  results: readonly Proof[];
  /** In the order of `order.undoes`. */
  undoes: readonly Undone[];
  /** Of the decisions, those that count here. */
  counted: readonly Proven[];
  leftOut: readonly LeftOut[];
}

/** A plan that is taken back, and what was said of its steps. */
export interface Undone {
  plan: Plan;
  /** Computed here. */
  hash: string;
  results: readonly Proof[];
}

/** What does not count, by which check, and why. */
export interface LeftOut {
  check: string;
  reason: string;
}

/** Before it is known which decisions count. */
export type Uncounted = Omit<Facts, 'counted' | 'leftOut'>;

/** Why the order is refused, or null. */
export interface WarrantCheck {
  name: string;
  check(facts: Facts): string | null;
}

export const proven = (proofs: readonly Proof[]): Proven[] => proofs.filter((proof) => proof.holds);

/** What executors have signed about this step. */
export const appliedTo = (facts: Facts, step: string): Proven[] =>
  proven(facts.results).filter(
    ({ statement }) => statement.message === 'applied' && statement.body.step === step,
  );
