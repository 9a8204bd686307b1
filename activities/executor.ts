// The hand with the keys: verifies the warrant anew, acts on one step, and signs what it did. It trusts nothing else that an
// orchestrator says, and no secret leaves the provider.
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { type AuditEntry, NOTHING_KNOWN } from '../domain/audit/entry.ts';
import { planHash } from '../domain/plan/build.ts';
import type { Applied, Order } from '../domain/plan/order.schema.ts';
import type { Step } from '../domain/plan/plan.schema.ts';
import type { Evidence, Preflight, Provider, Untouchable } from '../domain/provider/provider.ts';
import type { Instant } from '../domain/instant/instant.ts';
import type { ProvingKey } from '../domain/statement/issuer-key.schema.ts';
import type { Assurance } from '../domain/statement/judgement.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { beating } from './beating.ts';
import type { Speak } from './speak.ts';
import { sorted } from './sort.ts';

/** `check`: by which name the refusal is looked up. */
type Refused = { ok: false; check: string; reason: string };

export type Warranted =
  | {
      ok: true;
      order: Order;
      step: Step;
      /** Nobody has decided: the executor looks for itself before it begins. */
      automatic: boolean;
      /** Those whose approvals count. */
      speakers: readonly { id: string }[];
      /** What proves the weakest of their approvals; null: there is none. */
      assurance: Assurance | null;
      evidence: Record<string, Evidence>;
      /** Identity providers' keys by which its logins held: they go into its own signed result. */
      issuerKeys?: ProvingKey[];
    }
  | Refused;

export type Ending = 'done' | 'wasSo' | 'failed' | 'withdrawn';

/** Its intention is written down: how it ended must be told. `withdrawn`: nothing was done. `wasSo`: it stood before, and not by this executor. */
export type Begun =
  | {
      ok: true;
      ended: (as: Ending) => Promise<void>;
      /** It has begun this before, and what stands may be its own. */
      ours: boolean;
      /** What else its result tells. */
      evidence: Evidence;
    }
  | Refused;

export type ToBegin = Pick<Extract<Warranted, { ok: true }>, 'order' | 'step' | 'automatic'>;

export interface ExecutorDependencies {
  /** Of its provider, for those kinds that are its own. */
  hand: Provider['hand'];
  /** Of its provider. It reads what this process itself may do, and so needs no warrant. */
  preflight: (
    permissions: readonly string[],
    targets: readonly Evidence[],
    account: string | null,
  ) => Promise<Preflight>;
  /** Whether the executor's own policy names this credential kind. */
  takes: (kind: string) => boolean;
  /** Of these KEYs, whom it acts on for nobody, as it stands now. */
  untouchable: (keys: readonly string[], account: string | null) => Promise<Untouchable[]>;
  /** Checks an order of whatever form by the executor's own directory and policy. */
  verify: (order: unknown, now: Instant) => Promise<Warranted>;
  /** Into the executor's own ledger, before the act. What cannot be written down is not begun. */
  begin: (warrant: ToBegin) => Promise<Begun>;
  speak: Speak;
  now: () => Instant;
  /** Every order, taken or refused, and what came of it. Where it rejects, the order is refused; it tells of that itself. */
  audit: (entry: AuditEntry) => Promise<void>;
}

/** `targets`: of the steps that the permissions are for. Without any, a permission that is held to some of them is not known. */
export interface ToPreflight {
  permissions: string[];
  targets?: Evidence[];
  /** In which they would be used; left out or null: the alert named none. */
  account?: string | null;
  /** Credential kinds of these steps. */
  kinds?: string[];
  /** Of whomever these steps act on. */
  keys?: string[];
}

const AUDIT_UNKEPT =
  "The executor's audit log cannot be written, and it acts only where that is kept: see to its disk, and to the executor's own log.";

const refused = (check: string, reason: string): Refused => ({ ok: false, check, reason });

/** As it came: nothing of it is known to be so. */
function entryOf(sent: Partial<Order> | null): Omit<AuditEntry, 'verdict' | 'code' | 'why'> {
  const { workflowExecution } = Context.current().info;
  const order = sent ?? {};
  return {
    ...NOTHING_KNOWN,
    what: 'order',
    stage: 'warrant',
    from:
      workflowExecution === undefined ? null : `${workflowExecution.workflowId} ${workflowExecution.runId}`,
    incident: order.incident ?? null,
    answers: order.step ?? null,
    plan: hashOrNull(order.plan),
    id: order.id ?? null,
  };
}

function hashOrNull(plan: Order['plan'] | undefined): string | null {
  try {
    return plan === undefined ? null : planHash(plan);
  } catch {
    return null;
  }
}

const inWords = ({ check, reason }: Refused): string => `${reason} (${check})`;

/** Sorts of errors after which a step of one call has done nothing. */
const NOTHING_DONE: readonly unknown[] = ['denied', 'impossible', 'throttled'];

/** A reversible step makes one call that changes something; of others, a part may be done. An order is taken back from one that waits. */
const endedBy = (error: unknown, { reversibility }: Step): Ending =>
  reversibility === 'reversible' &&
  (error instanceof CancelledFailure ||
    (error instanceof ApplicationFailure && NOTHING_DONE.includes(error.type)))
    ? 'withdrawn'
    : 'failed';

export const executorActivities = ({
  hand,
  preflight,
  takes,
  untouchable,
  verify,
  begin,
  speak,
  now,
  audit,
}: ExecutorDependencies) => {
  const carryOut = async (sent: Order, verb: 'apply' | 'undo'): Promise<Saying> => {
    const warrant = await sorted(() => verify(sent, now()));
    if (!warrant.ok) throw await refusal(warrant, sent);
    const { order, step, evidence, issuerKeys = [] } = warrant;
    const kind = hand(order.plan, step, verb);
    if (kind === undefined)
      throw await refusal(refused('kindIsOurs', `This executor has no ${step.kind}.`), order);
    if (step.verb !== verb)
      throw await refusal(refused('verbIsThePlans', `The plan says ${step.verb}, not ${verb}.`), order);
    const begun = await beating(() => sorted(() => begin(warrant)));
    if (!begun.ok) throw await refusal(begun, order);
    const who = warrant.automatic ? null : warrant.speakers.map(({ id }) => id).join(', ');
    const taken = { ...entryOf(order), who, proof: warrant.assurance };
    // Before the act: what nobody can look up afterwards is not begun.
    await audit({ ...taken, verdict: 'accepted', code: 'ok', why: step.does }).catch(async () => {
      await begun.ended('withdrawn');
      throw await refusal(refused('auditIsKept', AUDIT_UNKEPT), order);
    });
    const { heartbeat, cancelled: withdrawn } = Context.current();
    const act = {
      plan: order.plan,
      step,
      orderedAt: order.orderedAt,
      evidence,
      heartbeat: () => heartbeat(),
      withdrawn,
    };
    const done = await beating(() => sorted(() => kind[verb](act))).catch(async (error: unknown) => {
      await begun.ended(endedBy(error, step));
      const code = error instanceof ApplicationFailure ? (error.type ?? 'unknown') : 'unknown';
      const why = error instanceof Error ? error.message : 'unknown';
      await afterwards({ ...taken, stage: 'act', verdict: 'failed', code, why });
      throw error;
    });
    const wasSo = done.wasSo && !begun.ours;
    await begun.ended(wasSo && verb === 'apply' ? 'wasSo' : 'done');
    const why = done.wasSo ? 'it was so already' : step.does;
    await afterwards({ ...taken, stage: 'act', verdict: 'acted', code: 'ok', why });
    const keys = issuerKeys.length === 0 ? {} : { issuerKeys };
    const said = { ...done.evidence, ...begun.evidence };
    const body: Applied = { step: step.id, at: now(), wasSo, evidence: said, ...keys };
    const { incident, firstRun } = order;
    return speak({
      message: 'applied',
      incident,
      firstRun,
      answers: order.id,
      plan: planHash(order.plan),
      body,
    });
  };

  /** What is done is done: its result is told, also where the log has failed since. */
  const afterwards = (entry: AuditEntry): Promise<void> => audit(entry).catch(() => {});

  /** Recorded before it is thrown: a refusal that reaches no record stands in the executor's own log. */
  const refusal = async (why: Refused, order: Partial<Order> | null): Promise<ApplicationFailure> => {
    await afterwards({ ...entryOf(order), verdict: 'refused', code: why.check, why: why.reason });
    return ApplicationFailure.nonRetryable(inWords(why), 'refused');
  };

  return {
    apply: (order: Order): Promise<Saying> => carryOut(order, 'apply'),
    undo: (order: Order): Promise<Saying> => carryOut(order, 'undo'),
    /** What is missing is an answer, not a failure; only what cannot be asked at all fails. */
    preflight: ({
      permissions,
      targets = [],
      account = null,
      kinds,
      keys,
    }: ToPreflight): Promise<Preflight> =>
      beating(() =>
        sorted(async () => {
          const said = await preflight(permissions, targets, account);
          return {
            ...said,
            ...(kinds === undefined ? {} : { notTaken: kinds.filter((kind) => !takes(kind)) }),
            ...(keys === undefined ? {} : { untouchable: await untouchable(keys, account) }),
          };
        }),
      ),
  };
};
