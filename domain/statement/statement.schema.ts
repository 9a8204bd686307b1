// What one person or machine says to one incident, and what makes it theirs: one wire shape for signals, updates, results.
import { z } from 'zod';
import { type Message, MESSAGES } from './message-names.ts';
import { factSchema } from '../detection/detection.schema.ts';
import { STRATEGIES } from '../plan/plan.schema.ts';

/** Said by machines about their own acts: an executor's result, a checker's sight, the orchestrator's seal. */
export const MACHINE_MESSAGES = ['applied', 'checked', 'discovered', 'sealed'] as const;

/** Said by people to no incident: `incident`, `firstRun`, `answers` and `plan` are null. */
export const APART_MESSAGES = ['sign', 'enrol', 'vouch'] as const;

const text = z.string().min(1).max(2_000);

export const PRIORITIES = ['p1', 'p2', 'p3', 'p4'] as const;

/** The content of each message. */
export const bodySchemas = {
  /** What answers the risk gate has a verdict; without one it corrects what is known, at any time. What it lowers waits for a second person. */
  assess: z.strictObject({
    verdict: z.enum(['incident', 'falsePositive', 'drill', 'duplicate']).optional(),
    impact: z.enum(['confirmed', 'suspected', 'none']).optional(),
    /** What was touched, as far as is known. */
    touched: z.array(z.string().min(1).max(300)).max(50).optional(),
    level: z.enum(['critical', 'high', 'medium', 'low']).optional(),
    /** In which order people take it up; no clock depends on it. */
    priority: z.enum(PRIORITIES).optional(),
    /** From here on nothing is cut. */
    mode: z.literal('observe').optional(),
    /** Names the party that owns the identity, where the runbook does not, or where several claim it. */
    owner: z.string().min(1).max(64).optional(),
    /** Required with verdict `incident`; the statement's `plan` then names the plan of this strategy. */
    strategy: z.enum(STRATEGIES).optional(),
    /** Corrects the classification by what the SOC knows. */
    facts: z.partialRecord(factSchema.shape.fact, z.boolean()).optional(),
    reason: text,
  }),
  acknowledge: z.strictObject({ answer: z.enum(['accept', 'decline']), reason: text.optional() }),
  /** To a party, or to one person of it; with the holder's own party that person takes over. */
  handOff: z.strictObject({
    to: z.string().min(1).max(64),
    person: z.string().min(1).max(128).optional(),
    reason: text,
  }),
  decide: z.strictObject({
    verdict: z.enum(['approve', 'reject', 'withdraw']),
    breakGlass: z.boolean().optional(),
    reason: text.optional(),
  }),
  /** Of the whole service by its owner; with `step`, of a step done by hand: first by whoever did it, then by whoever looked. */
  attest: z.strictObject({
    verdict: z.enum(['works', 'broken']),
    step: z.string().max(8).optional(),
    /** Items of the runbook's checklist that they have looked at; to say `works` of the service, every one of them. */
    confirms: z.array(z.string().min(1).max(64)).max(20).optional(),
    reason: text,
  }),
  /** Adds something that is left to do, or says what became of it. */
  followUp: z.union([
    z.strictObject({
      add: z.strictObject({
        kind: z.enum(['exposure', 'other']),
        says: z.string().min(1).max(500),
        party: z.string().min(1).max(64).optional(),
        due: z.iso.datetime().optional(),
      }),
      reason: text,
    }),
    z.strictObject({
      id: z.string().min(1).max(64),
      as: z.enum(['done', 'ticketed', 'waived', 'void']),
      ticket: z.string().min(1).max(300).optional(),
      reason: text,
    }),
  ]),
  note: z.strictObject({ text }),
  pause: z.strictObject({ until: z.iso.datetime(), reason: text }),
  adopt: z.strictObject({ runbook: z.string().regex(/^[0-9a-f]{64}$/), reason: text }),
  /** The statement's `plan` is the undo plan's, as it is made for this verdict at this instant. */
  undo: z.strictObject({
    verdict: z.literal('falsePositive').optional(),
    madeAt: z.iso.datetime(),
    reason: text,
  }),
  close: z.strictObject({ reason: text }),
} as const;

export const statementSchema = z.strictObject({
  v: z.literal(1),
  /** Workflow id; null, with `firstRun` and `answers`, in statements about people or the runbook. */
  incident: z.string().max(3_100).nullable(),
  firstRun: z.string().max(64).nullable(),
  message: z.enum([...MESSAGES, ...MACHINE_MESSAGES, ...APART_MESSAGES]),
  /** The hold or gate it answers (`hold-2`, `act-1`), an order's id in a machine's statement; null where none is answered. */
  answers: z.string().max(128).nullable(),
  /** Hash of the plan that was shown, or null. */
  plan: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  body: z.record(z.string(), z.unknown()),
  /** Id in the directory. */
  person: z.string().min(1).max(128),
  /** Epoch seconds, as in a JWT. */
  iat: z.int().positive(),
  exp: z.int().positive(),
  jti: z.string().min(16).max(64),
});

export const proofSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('key'), jws: z.string().max(4_096) }),
  z.strictObject({ type: z.literal('oidc'), idToken: z.string().max(16_384) }),
  /** A WebAuthn assertion, its members in base64url. */
  z.strictObject({
    type: z.literal('passkey'),
    credentialId: z.string().max(1_364),
    authenticatorData: z.string().max(4_096),
    clientDataJSON: z.string().max(4_096),
    signature: z.string().max(2_048),
  }),
]);

/** `statement` is base64url of the canonical JSON of a Statement; a proof is always over these bytes. */
export const sayingSchema = z.strictObject({
  statement: z.string().max(65_536),
  proof: proofSchema.optional(),
});

/** A bare `temporal workflow signal`, a chat click: nobody proved it. */
export const toldSchema = z.strictObject({
  person: z.string().min(1).max(128),
  /** As in a statement: of an approval, where a gate takes one that nobody proved. */
  answers: statementSchema.shape.answers.optional(),
  plan: statementSchema.shape.plan.optional(),
  body: z.record(z.string(), z.unknown()),
});

export type { Message } from './message-names.ts';
export type MachineMessage = (typeof MACHINE_MESSAGES)[number];
export type ApartMessage = (typeof APART_MESSAGES)[number];
export type Statement = z.infer<typeof statementSchema>;
export type Proof = z.infer<typeof proofSchema>;
export type PasskeyProof = Extract<Proof, { type: 'passkey' }>;
export type Saying = z.infer<typeof sayingSchema>;
export type Priority = (typeof PRIORITIES)[number];
export type Body<M extends Message> = z.infer<(typeof bodySchemas)[M]>;
