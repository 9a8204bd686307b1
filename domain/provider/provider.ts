// The port of an identity plane: what a provider must be able to do. Adapters live in providers/.
import type { Instant } from '../instant/instant.ts';
import type { Discovery, Plan, Step } from '../plan/plan.schema.ts';
import type { Applied, Checked, DiscoverRequest } from '../plan/order.schema.ts';

/** Names and ids that a step has learned; flat, and never a secret. */
export type Evidence = Record<string, string>;

export interface Act {
  plan: Plan;
  step: Step;
  /** When the step was first ordered: what is younger may be an orphan of our own. */
  orderedAt: Instant;
  /** What earlier steps of this plan said, by step id. */
  evidence: Record<string, Evidence>;
  /** Called between slow reads, so that a lost worker is noticed. */
  heartbeat: () => void;
  /** Rejects when the order is taken back. For whoever only waits: what has begun to change something ends it first. */
  withdrawn: Promise<never>;
}

export interface Sight {
  plan: Plan;
  step: Step;
  evidence: Evidence;
}

export interface WatchedSight extends Sight {
  /** Its newest use that has been answered already; null: none. */
  knownUse: Instant | null;
}

/** One credential kind of a provider: one file. `apply` and `undo` read before they write and may be repeated at any time. */
export interface CredentialKind {
  kind: string;
  reversibility: Step['reversibility'];
  /** The cloud permissions that each verb needs, in the provider's own names. */
  permissions: { apply: readonly string[]; check: readonly string[]; undo: readonly string[] };
  apply(act: Act): Promise<Omit<Applied, 'step' | 'at'>>;
  undo(act: Act): Promise<Omit<Applied, 'step' | 'at'>>;
  /** Whether the step's effect (of `apply`, or of `undo` where the step's verb says so) stands now. */
  check(sight: Sight): Promise<Omit<Checked['steps'][number], 'step' | 'use'>>;
  /**
   * Whether what was seen cut is back: false where it works again, or was used since. `check`: that asks the same. Left out: nothing of
   * it can come back, or it would not be known from what its owner does rightly.
   */
  watch?: 'check' | ((sight: WatchedSight) => Promise<Omit<Checked['steps'][number], 'step'>>);
}

export type Verb = 'apply' | 'undo' | 'check';

export interface Preflight {
  /** In the provider's own names. */
  missing: string[];
  /** Why it could not be said, or null. */
  unknown: string | null;
  /** Credential kinds, of those that were asked about, that the executor's own policy does not let it take. Left out: none were asked about. */
  notTaken?: string[];
  /** Of the KEYs that were asked about, those that the executor acts on for nobody. Left out: none were asked about. */
  untouchable?: Untouchable[];
}

export interface Untouchable {
  key: string;
  /** In words that follow "it would refuse this:". */
  why: string;
}

/** What the source of an alert itself says of it, read again there. */
export interface SourceFinding {
  id: string;
  account: string | null;
  /** null: it names none of a kind that custody cuts. */
  identity: { kind: string; reference: string } | null;
  credential: string | null;
  /** In the source's own scale. */
  severity: number;
  archived: boolean;
  sample: boolean;
  /** By whose rule it was made, where that is not the source's own: anybody in the account could have had it made. */
  ownRule: string | null;
  /** When it was last seen to happen; null: not said. */
  seenAt: Instant | null;
}

/** What an executor must be able to see for itself where no person has decided. */
export interface WithoutPeople {
  /** The kind whose wearers are counted. */
  quarantine: string;
  /** KEYs of those that wear it now. */
  wearers(): Promise<string[]>;
  /** null: the source has none of this id. */
  finding(detectors: readonly { region: string; id: string }[], id: string): Promise<SourceFinding | null>;
}

export interface Provider {
  name: string;
  /** What each kind declares, and can do. */
  kinds: Readonly<Record<string, CredentialKind>>;
  /** The kind of a step, by rights no wider than this verb of it needs, where the plane can narrow them. undefined: there is none. */
  hand(plan: Plan, step: Step, verb: Verb): CredentialKind | undefined;
  /** Read-only; needs the checker's permissions. */
  discover(request: DiscoverRequest): Promise<Discovery>;
  estate(): Estate;
  /**
   * Ids of what the identity of a plan can come in or back by now, as discovery names them; what is shut is left out. Read-only; needs
   * the checker's permissions. Asked at every check: contained is not said beside one that nobody has looked at.
   */
  waysIn(about: Pick<Plan, 'incident' | 'identity'>): Promise<string[]>;
  /** KEYs of whoever acts here, as the provider says, and of whom they act through; its own name for one that is no identity. */
  self(): Promise<string[]>;
  withoutPeople: WithoutPeople;
  /**
   * Read-only, with an executor's own permissions: which of these it lacks. `targets`: of the steps that need them; without any,
   * a permission that is held to some of them cannot be told from one that is not there, and is said to be unknown.
   */
  preflight(permissions: readonly string[], targets?: readonly Evidence[]): Promise<Preflight>;
}

/** A plane as a whole, looked at once: calls are paced, and what is the same for many is read once. Read-only; needs the checker's permissions. */
export interface Estate {
  /** KEYs of all that can be an incident's identity, page by page. Throws `ProviderError` where they cannot be listed to the end. */
  everyone(): AsyncIterable<string>;
  /** As the provider's own, without what the identity did: that is of no use before there is a thief. */
  discover: Provider['discover'];
}

/** Why a provider could not: `retry` and `throttled` pass by themselves, `denied` and `impossible` need a person. */
export type ErrorSort = 'retry' | 'throttled' | 'denied' | 'impossible';

export class ProviderError extends Error {
  readonly sort: ErrorSort;
  /** The missing permission (`denied`), e.g. `iam:AttachUserPolicy`. */
  readonly permission: string | undefined;
  constructor(sort: ErrorSort, message: string, options: { permission?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProviderError';
    this.sort = sort;
    this.permission = options.permission;
  }
}
