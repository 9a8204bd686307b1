// The warrant check: an executor verifies an order itself, by its own directory and policy, before it acts.
// It believes nothing that the orchestrator says; it never reads the cloud, and never acts.
import type { Instant } from '../domain/instant/instant.ts';
import { canBeTaken } from '../domain/gate/told.ts';
import { hashOf } from '../domain/encoding/canonical.ts';
import { type Order, orderSchema } from '../domain/plan/order.schema.ts';
import type { Step } from '../domain/plan/plan.schema.ts';
import type { Evidence } from '../domain/provider/provider.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { ProvingKey } from '../domain/statement/issuer-key.schema.ts';
import type { Assurance, Speaker } from '../domain/statement/judgement.ts';
import type { Act } from './ledger/act.ts';
import type { OwnAuthority } from './own-authority.ts';
import type { ExecutorPolicy } from './policy.schema.ts';
import type { IssuerKeys } from './proof/issuer-keys.ts';
import { inWords } from './statement.ts';
import { automaticIsAllowed, isAutomatic } from './warrant/automatic-check.ts';
import { tally } from './warrant/counted.ts';
import { decisionChecks } from './warrant/decision-checks.ts';
import {
  type DeclaredKinds,
  type Facts,
  proven,
  type Uncounted,
  type WarrantCheck,
} from './warrant/facts.ts';
import { orderChecks } from './warrant/order-checks.ts';
import { provenOf } from './warrant/proving.ts';
import { quorumChecks } from './warrant/quorum-checks.ts';
import { resultChecks } from './warrant/result-checks.ts';
import { putOnBy, saidOfUndone, undoChecks } from './warrant/undo-checks.ts';

/** First refusal wins. What needs no signature comes first. */
export const warrantChecks: readonly WarrantCheck[] = [
  ...orderChecks,
  ...undoChecks,
  automaticIsAllowed,
  ...decisionChecks,
  ...quorumChecks,
  ...resultChecks,
];

export interface WarrantRequest {
  /** As it came: whatever an orchestrator sent. */
  order: unknown;
  policy: ExecutorPolicy;
  /** By its own authority.cedar; null: it has none. */
  authority: OwnAuthority | null;
  /** The executor's own. */
  directory: Directory;
  /** What the provider's credential kinds declare. */
  kinds: DeclaredKinds;
  /** KEYs of the executor's own identities, or the ARN where one has none, as the provider itself says. */
  self: readonly string[];
  /** What it has done or may have done, as its own ledger tells. */
  acts: readonly Act[];
  now: Instant;
  /** Where identity providers' keys come from; left out: no login is believed. */
  issuerKeys?: IssuerKeys;
}

export type WarrantVerdict =
  | {
      ok: true;
      order: Order;
      step: Step;
      /** Nobody has decided: what the executor must see for itself comes before the act. */
      automatic: boolean;
      /** Those whose approvals count. */
      speakers: Speaker[];
      /** What proves the weakest of their approvals; null: there is none. */
      assurance: Assurance | null;
      /** What earlier steps of this plan said, by step id: signed, so it may be acted on. */
      evidence: Record<string, Evidence>;
      /** Identity providers' keys by which its logins held, for the executor's own result. */
      issuerKeys: ProvingKey[];
    }
  | {
      ok: false;
      /** Name of the check that refused. */
      check: string;
      reason: string;
    };

const refused = (check: string, reason: string): WarrantVerdict => ({ ok: false, check, reason });

export async function verifyWarrant({
  order,
  policy,
  authority,
  directory,
  kinds,
  self,
  acts,
  now,
  issuerKeys,
}: WarrantRequest): Promise<WarrantVerdict> {
  const parsed = orderSchema.safeParse(order);
  if (!parsed.success)
    return refused('orderIsWellFormed', `The order is not of the right shape: ${inWords(parsed.error)}.`);
  const { plan } = parsed.data;
  const step = plan.steps.find(({ id }) => id === parsed.data.step);
  if (step === undefined)
    return refused('stepExists', `The plan has no step ${parsed.data.step.slice(0, 16)}.`);
  const {
    decisions,
    results,
    undoes,
    issuerKeys: keys,
  } = await provenOf(parsed.data, {
    directory,
    takesTold: policy.gates[step.gate]?.assurance === 'told' && canBeTaken(step),
    executor: policy.executor,
    issuerKeys,
    now,
  });
  const hash = hashOf(plan);
  const uncounted: Uncounted = {
    order: parsed.data,
    plan,
    step,
    hash,
    policy,
    authority,
    kinds,
    self,
    acts,
    now,
    decisions,
    results,
    undoes: (parsed.data.undoes ?? []).map((one, i) => ({
      plan: one.plan,
      hash: hashOf(one.plan),
      results: undoes[i] ?? [],
    })),
  };
  const facts: Facts = { ...uncounted, ...tally(uncounted) };
  for (const { name, check } of warrantChecks) {
    const reason = check(facts);
    if (reason !== null) return refused(name, reason);
  }
  return {
    ok: true,
    order: parsed.data,
    step,
    automatic: isAutomatic(facts),
    speakers: speakersOf(facts),
    assurance: weakestOf(facts),
    evidence: evidenceOf(facts),
    issuerKeys: keys,
  };
}

function speakersOf({ counted }: Facts): Speaker[] {
  return [...new Map(counted.map(({ speaker }) => [speaker.id, speaker])).values()];
}

const weakestOf = ({ counted }: Facts): Assurance | null =>
  (['told', 'signed', 'present'] as const).find((one) =>
    counted.some(({ assurance }) => assurance === one),
  ) ?? null;

/** A later word of the same step adds to an earlier one. */
function evidenceOf(facts: Facts): Record<string, Evidence> {
  const { results, step } = facts;
  // Of a step that takes something back: what was said when it was put on.
  const before = putOnBy(facts, step)?.evidence;
  const evidence: Record<string, Evidence> = {
    ...saidOfUndone(facts),
    ...(before === undefined ? {} : { [step.id]: before }),
  };
  const applied = proven(results)
    .filter(({ statement }) => statement.message === 'applied')
    .toSorted((a, b) => a.statement.iat - b.statement.iat);
  for (const { statement } of applied) {
    const { step, evidence: said } = statement.body as { step: string; evidence: Evidence };
    evidence[step] = { ...evidence[step], ...said };
  }
  return evidence;
}
