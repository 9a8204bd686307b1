// The ordered steps that would be taken. What people approve is the plan's hash, and nothing else.
import { z } from 'zod';
import { accessSchema } from '../access/access.schema.ts';
import { activitySchema } from '../activity/activity.schema.ts';

export const identitySchema = z.strictObject({
  provider: z.string().min(1),
  account: z.string().nullable(),
  kind: z.string().min(1),
  reference: z.string().min(1),
});

export const REVERSIBILITIES = ['reversible', 'replace-only', 'irreversible'] as const;
export const PHASES = ['triage', 'containment', 'recovery', 'hardening', 'closed'] as const;

const actSchema = z.strictObject({
  /** The provider's credential kind, e.g. `aws/quarantine`. */
  kind: z.string().min(1).max(64),
  verb: z.enum(['apply', 'undo']),
  phase: z.enum(['containment', 'recovery', 'hardening']),
  /** Who owns the act: the source of truth cuts, the owner re-issues. */
  part: z.enum(['source-of-truth', 'owner']),
  reversibility: z.enum(REVERSIBILITIES),
  /** The provider's own names: `{ userName, accessKeyId }`. Flat, and never a secret. */
  target: z.record(z.string(), z.string().max(2_048)),
  permissions: z.array(z.string().max(256)).max(64),
  /** Plain words for people. */
  does: z.string().max(500),
  undo: z.string().max(500),
  check: z.string().max(500),
  /** Of what can be taken back: how that is done where people undo what was done, other than by the plan. Left out: only by hand. */
  reversal: z
    .strictObject({
      does: z.string().max(500),
      check: z.string().max(500),
      permissions: z.array(z.string().max(256)).max(64),
      /** It grants again: only where the identity was cleared, and after all else. */
      grants: z.literal(true).optional(),
    })
    .optional(),
  /** Not before this long after the last long-lived credential was seen dead, e.g. `36h`. */
  after: z.string().max(16).optional(),
});

/** What a provider proposes for one target; the plan adds who, when and under which gate. */
export const proposalSchema = actSchema.extend({
  /**
   * Of a step whose rights are kept apart: how people do it, where the runbook names no executor for its kind. Left out, as is
   * `otherwise`: the executor of its part does it.
   */
  byHand: z
    .strictObject({ does: z.string().max(500), undo: z.string().max(500), check: z.string().max(500) })
    .optional(),
  /** Likewise: what the executor of its part does in its place. */
  otherwise: actSchema.optional(),
});

export const STRATEGIES = ['cut', 'replace-then-cut', 'restrict'] as const;

export const stepSchema = actSchema.extend({
  /** `s1`, `s2`, … in the order they run. */
  id: z.string().regex(/^s[1-9]\d{0,2}$/),
  executor: z.string().min(1).max(64),
  checker: z.string().min(1).max(64),
  party: z.string().min(1).max(64),
  gate: z.enum(['act', 'irreversible', 'undo']),
  /** The hard deadline: run at the latest then, even if what comes before it is not seen. */
  startBy: z.iso.datetime().optional(),
  /** An executor refuses the step after this instant. */
  notAfter: z.iso.datetime(),
});

/** Of a plan that takes back what was done under earlier plans of the same incident. */
export const undoesSchema = z.strictObject({
  /** Hashes of those plans. */
  plans: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(8),
  /** `falsePositive`: the identity was cleared, and may be as it was. null: a credential may be compromised all the same. */
  verdict: z.literal('falsePositive').nullable(),
  /** What is not taken back, and why. */
  stays: z
    .array(
      z.strictObject({
        kind: z.string().max(64),
        target: z.record(z.string(), z.string().max(2_048)),
        says: z.string().max(1_200),
      }),
    )
    .max(100),
});

export const planSchema = z.strictObject({
  v: z.literal(1),
  /** Workflow id. */
  incident: z.string().max(3_100),
  firstRun: z.string().max(64),
  identity: identitySchema,
  class: z.string().max(64),
  strategy: z.enum(STRATEGIES),
  runbook: z.string().regex(/^[0-9a-f]{64}$/),
  drill: z.boolean(),
  /** Of the class: a plan in `observe` is never carried out; of one in `auto`, some steps may be without people's decisions. */
  mode: z.enum(['observe', 'ask', 'auto']),
  /** When these steps were laid down; deadlines are counted from here. */
  madeAt: z.iso.datetime(),
  steps: z.array(stepSchema).min(1).max(100),
  /** Left out: it takes nothing back. */
  undoes: undoesSchema.optional(),
});

export const FINDINGS = [
  'static-key',
  'no-rotation',
  'over-privileged',
  'no-owner',
  'way-back',
  'unknown-consumer',
] as const;

/** What was written for whoever mends it, to be used as it is: never a secret. */
export const documentSchema = z.strictObject({
  title: z.string().max(200),
  content: z.string().max(4_096),
});

/** A weakness that stays when the credential is dead: it becomes a follow-up of the part that can mend it. */
export const findingSchema = z.strictObject({
  kind: z.enum(FINDINGS),
  says: z.string().max(500),
  part: z.enum(['source-of-truth', 'owner']),
  documents: z.array(documentSchema).max(20).optional(),
});

export const OBSTACLES = ['policy', 'quota', 'unchangeable'] as const;

/** What would make steps fail today, whoever orders them. */
export const obstacleSchema = z.strictObject({
  /** `policy`: what is to be put on is missing or altered; `quota`: there is no room for it; `unchangeable`: others change this identity. */
  kind: z.enum(OBSTACLES),
  says: z.string().max(500),
  /** What cannot be carried out while it stands; `automatic`: what may be done without people. */
  stops: z.array(z.enum([...STRATEGIES, 'automatic'])).max(4),
  /** Kinds: where the runbook has executors for each of these apart, it does not stand. */
  unlessTaken: z.array(z.string().max(64)).max(8).optional(),
});

/** What the checker found, read-only: the ways in that exist, and what each would need. */
export const discoverySchema = z.strictObject({
  /** The identity found: for a lone credential, whose it is. null: the provider knows no such identity. */
  identity: identitySchema.nullable(),
  /** Facts that change by themselves, shown beside the plan, outside its hash. */
  waysIn: z
    .array(
      z.strictObject({
        /** `access-key`, `login-profile`, `ssh-key`, `certificate`, `service-specific-credential`, `mfa-device`, `group`, … */
        kind: z.string().max(64),
        id: z.string().max(256),
        /** active, inactive, … as the provider says. */
        status: z.string().max(64),
        createdAt: z.string().nullable(),
        lastUsedAt: z.string().nullable(),
        /** For what, e.g. `s3 in eu-central-1`: a trace of who works with it, the thief perhaps. */
        lastUsedFor: z.string().max(256).nullable().optional(),
        /** The alert names this one. */
        stolen: z.boolean(),
      }),
    )
    .max(100),
  facts: z.array(z.strictObject({ fact: z.string(), value: z.boolean(), evidence: z.string() })).max(64),
  /** Tags of the identity, for the runbook's owners. `writable`: the identity itself could have written them. */
  tags: z
    .array(z.strictObject({ key: z.string().max(128), value: z.string().max(256), writable: z.boolean() }))
    .max(50)
    .optional(),
  /** The steps of each strategy that the provider can carry out, in the order they run. */
  proposals: z.partialRecord(z.enum(STRATEGIES), z.array(proposalSchema).max(100)),
  /** What may be done before anybody has decided, where a class is in `auto`. */
  automatic: z.array(proposalSchema).max(10).optional(),
  /** Who works with it, as far as can be read: plain words, with when. */
  consumers: z.array(z.string().max(500)).max(50).optional(),
  /** What should be better afterwards, whatever becomes of this incident. */
  findings: z.array(findingSchema).max(50).optional(),
  /** What it can reach, as far as it could be read. */
  access: accessSchema.optional(),
  /** What it did since the compromise, as far as the provider's log could be read. */
  activity: activitySchema.optional(),
  /** Of what stands in the way, that by which steps would fail; what it says stands among the concerns too. */
  obstacles: z.array(obstacleSchema).max(10).optional(),
  /** What stands in the way and who can change it: shown to people. */
  concerns: z.array(z.string().max(500)).max(50),
});

export type Proposal = z.infer<typeof proposalSchema>;
export type Step = z.infer<typeof stepSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Undoes = z.infer<typeof undoesSchema>;
export type Discovery = z.infer<typeof discoverySchema>;
export type Phase = (typeof PHASES)[number];
export type Strategy = (typeof STRATEGIES)[number];
export type Document = z.infer<typeof documentSchema>;
export type Obstacle = z.infer<typeof obstacleSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type GateName =
  | 'risk'
  | 'act'
  | 'irreversible'
  | 'close'
  | 'pause'
  | 'lower'
  | 'waive'
  | 'review'
  | 'undo';
