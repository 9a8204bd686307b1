// runbook.yaml and people.yaml: the policy folder of an orchestrator. Unknown keys are errors.
import { z } from 'zod';
import { DURATION_PATTERN } from '../instant/instant.ts';
import { factSchema } from '../detection/detection.schema.ts';
import { holdsPrivateHalf, publicJwkOf } from './public-key.ts';

const duration = z.string().regex(DURATION_PATTERN, 'a duration such as 90s, 15m, 36h, 2d');
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
const person = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,126}$/, 'lower-case letters, digits and . _ @ -');

/** At `after` (from the start of a climb) tell a party, or one person of it. */
const rung = z.strictObject({ after: duration, tell: name, person: person.optional() });

/** What silence does at the ladder's end, in order. Automatic acts come with the authority policies. */
const fallback = z.discriminatedUnion(
  'do',
  [z.strictObject({ do: z.literal('hand-off'), to: name }), z.strictObject({ do: z.literal('hold') })],
  { error: 'silence can do `hand-off` (with `to`) or `hold`; automatic acts are not offered yet' },
);

const ladder = z.strictObject({
  rungs: z.array(rung).min(1).max(10),
  /** How often the last rung is told again once every fallback is used up. */
  repeat: duration,
  fallback: z.array(fallback).min(1).max(5),
});

const clock = z.strictObject({ acknowledge: duration, act: duration });

const phases = <T extends z.ZodType>(of: T) =>
  z.strictObject({ triage: of, containment: of, recovery: of, hardening: of });

const gate = z.strictObject({
  /** Distinct people. */
  quorum: z.int().min(1).max(10),
  /** At least one vote from each of these. */
  parties: z.array(name).min(1).max(6),
  /** Whoever opened the incident by a statement may not answer. */
  notTheOpener: z.boolean().default(false),
});

export const classSchema = z.strictObject({
  name,
  /** Every fact must hold; an empty `when` matches all. The first class that matches is the incident's. */
  when: z.partialRecord(factSchema.shape.fact, z.boolean()),
  holders: phases(name),
  clocks: phases(clock),
  ladders: phases(name),
  strategies: z.array(z.enum(['cut', 'replace-then-cut', 'restrict'])).min(1),
  gates: z.strictObject({ risk: gate, act: gate, irreversible: gate, close: gate }),
});

export const runbookSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  parties: z.record(name, z.strictObject({ title: z.string().max(200) })),
  executors: z.record(
    name,
    z.strictObject({
      party: name,
      provider: z.string(),
      accounts: z.array(z.string()).min(1),
      part: z.enum(['source-of-truth', 'owner']),
    }),
  ),
  checkers: z.record(name, z.strictObject({ provider: z.string(), accounts: z.array(z.string()).min(1) })),
  /** The provider's time to take a change everywhere: what is seen must still be so after it. */
  propagation: z.record(z.string(), duration),
  /** How long an order may wait for an executor before it counts as absent, run, and how often what is not yet so is looked at again. */
  orders: z.strictObject({ pickUp: duration, run: duration, again: duration }),
  ladders: z.record(name, ladder),
  classes: z.array(classSchema).min(1),
  /** Who owns which identity, and where its credential lies. Patterns over KEYs; `*` matches within a segment. First match wins. */
  owners: z.array(
    z.strictObject({
      identity: z.string(),
      party: name,
      secret: z.string().optional(),
      facts: z.partialRecord(factSchema.shape.fact, z.boolean()).default({}),
    }),
  ),
  /** How long votes can be gathered and steps be applied, counted from the plan. */
  validity: z.strictObject({ containment: duration, recovery: duration, hardening: duration }),
});

const key = z
  .strictObject({
    kid: z.string().min(1).max(128),
    alg: z.enum(['EdDSA', 'ES256']),
    /** Public JWK. */
    jwk: z.looseObject({ kty: z.string() }),
    notBefore: z.iso.datetime().optional(),
    notAfter: z.iso.datetime().optional(),
    revokedAt: z.iso.datetime().optional(),
  })
  .superRefine(({ alg, jwk }, context) => {
    const problem = (message: string) => context.addIssue({ code: 'custom', path: ['jwk'], message });
    if (holdsPrivateHalf(jwk))
      problem(
        'this is a private key: take it out of this file at once, make a new one and list its public half',
      );
    else if (publicJwkOf(alg, jwk) === null) {
      problem(
        `not a public key for ${alg}: ${alg === 'EdDSA' ? 'kty OKP, crv Ed25519, x' : 'kty EC, crv P-256, x, y'}`,
      );
    }
  });

export const directorySchema = z.strictObject({
  people: z.record(
    person,
    z.strictObject({
      name: z.string().max(200),
      parties: z.array(name).min(1),
      keys: z.array(key).default([]),
      /** KEYs of identities that are this person's own: nobody answers about themselves. */
      identities: z.array(z.string()).default([]),
    }),
  ),
  machines: z.record(
    person,
    z.strictObject({
      role: z.enum(['orchestrator', 'executor', 'checker', 'detector']),
      party: name.optional(),
      keys: z.array(key).default([]),
    }),
  ),
});

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookClass = z.infer<typeof classSchema>;
export type GateRule = z.infer<typeof gate>;
export type Directory = z.infer<typeof directorySchema>;
export type DirectoryKey = z.infer<typeof key>;
