// runbook.yaml and people.yaml: the policy folder of an orchestrator. Unknown keys are errors.
import { z } from 'zod';
import { calendarSchema, rotationSchema } from '../calendar/calendar.schema.ts';
import { consumerSchema } from '../consumer/consumer.schema.ts';
import { DURATION_PATTERN, durationMs } from '../instant/instant.ts';
import { factSchema } from '../detection/detection.schema.ts';
import { withDefaults } from './defaults.ts';
import { issuerSchema, loginSchema } from './issuer.schema.ts';
import { passkeySchema, relyingPartySchema } from './passkey.schema.ts';
import { holdsPrivateHalf, publicJwkOf } from './public-key.ts';

const duration = z.string().regex(DURATION_PATTERN, 'a duration such as 90s, 15m, 36h, 2d');

/** A look an hour costs nothing; one a second would be told apart from no other, and one a week comes too late. */
const isSeldomEnough = (every: string): boolean =>
  DURATION_PATTERN.test(every) && durationMs(every) >= 60_000 && durationMs(every) <= 86_400_000;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
const person = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,126}$/, 'lower-case letters, digits and . _ @ -');

const rung = z
  .strictObject({
    after: duration.describe('From the start of a climb'),
    tell: name.describe('A party'),
    person: person.optional().describe('One person of that party; otherwise all of it'),
    rotation: name.optional().describe('Whoever of that party is on call then, by this rotation'),
  })
  .describe('At this moment tell a party, or one person of it');

const fallback = z
  .discriminatedUnion(
    'do',
    [
      z.strictObject({ do: z.literal('hand-off'), to: name }),
      z.strictObject({ do: z.literal('contain-reversible') }),
      z.strictObject({ do: z.literal('hold') }),
    ],
    { error: 'silence can do `hand-off` (with `to`), `contain-reversible` or `hold`' },
  )
  .describe(
    "What silence does: offer it to another party, put on what can be taken back and the executor's own policy allows, or leave it where it is and keep telling",
  );

const ladder = z.strictObject({
  rungs: z.array(rung).min(1).max(10).describe('Whom to tell when, each later than the one before'),
  repeat: duration.describe('How often the last rung is told again once every fallback is used up'),
  fallback: z.array(fallback).min(1).max(5).describe('In order; the last one is `hold`'),
});

const terms = {
  acknowledge: duration.describe('How long the holder has to say that they have it'),
  act: duration.describe('How long until there must be progress'),
};

const inward = z
  .strictObject({
    party: name.describe('Who keeps the outcome'),
    every: duration.describe('How often they are told how it stands'),
  })
  .describe('The inward clock, for a holder outside your organisation: who of your own keeps the outcome');

const clock = z.strictObject({
  ...terms,
  remind: duration
    .optional()
    .describe(
      'How often whoever has acknowledged it is reminded until there is progress; otherwise only when `act` is over',
    ),
  inward: inward.optional(),
  calendar: name
    .optional()
    .describe('These clocks and rungs run in its open hours only; otherwise day and night'),
  levels: z
    .partialRecord(z.enum(['critical', 'high', 'medium', 'low']), z.strictObject(terms))
    .optional()
    .describe(
      'Other terms for an incident of this severity; a change of severity counts them from the same start',
    ),
});

const phases = <T extends z.ZodType>(of: T) =>
  z.strictObject({ triage: of, containment: of, recovery: of, hardening: of });

const gate = z.strictObject({
  quorum: z.int().min(1).max(10).describe('Distinct people'),
  parties: z.array(name).min(1).max(6).describe('At least one vote from each of these'),
  assurance: z
    .enum(['signed', 'present'])
    .optional()
    .describe(
      'The least that proves a vote: `present` asks for a passkey, somebody at the keyboard; left out: `signed`',
    ),
  expires: duration.optional().describe('How long votes can be gathered; then it is asked anew'),
  rejection: z
    .enum(['veto', 'majority'])
    .optional()
    .describe(
      'What a no means: one ends it (`veto`, also where it is left out), or as many as its quorum do',
    ),
});

/** Here alone a vote may be merely told: what the act puts on can be taken off. */
const actGate = gate.extend({
  assurance: z
    .enum(['told', 'signed', 'present'])
    .optional()
    .describe(
      'The least that proves a vote: `present` asks for a passkey, somebody at the keyboard; left out: `signed`. With `told` an approval that nobody proved counts beside a proven one, for a plan that only puts on what can be taken off, where the executor says so too',
    ),
});

const holders = phases(name);
const clocks = phases(clock);
const ladders = phases(name);
const gates = z.strictObject({
  risk: gate,
  act: actGate,
  irreversible: gate,
  close: gate,
  undo: gate
    .optional()
    .describe(
      "Who lets be undone what was done; left out: the act's. The SOC and two people at least are always asked",
    ),
});

const checklist = z
  .record(name, z.string().min(1).max(300))
  .refine((items) => Object.keys(items).length <= 20, 'at most 20 items')
  .describe(
    'What the owner confirms, item by item, when they say that the service works: a name and what it says. Without every one of them the word is not taken',
  );

const HOLDERS = 'Which party has it in each phase; `service-owner` stands for whoever owns the identity';
const CLOCKS = 'The two clocks of each phase';
const LADDERS = 'The ladder of each phase, by its name';
const GATES = 'How many of whom decide: the risk, the act, what cannot be undone, and the close';

const byHand = z
  .strictObject({
    phase: z.enum(['containment', 'recovery', 'hardening']),
    party: name.describe('Who does it, and says so'),
    confirms: name.default('soc').describe('The party that looks and confirms it, by another person'),
    does: z.string().min(1).max(500).describe('What is to be done, in words for whoever does it'),
    undo: z.string().min(1).max(500).default('As it was before, by hand.').describe('How it is taken back'),
    check: z.string().min(1).max(500).describe('What whoever confirms it looks at'),
  })
  .describe('A step that people do, where no worker can');

const facts = z.partialRecord(factSchema.shape.fact, z.boolean());
const classOwn = {
  name,
  when: facts.describe(
    "Every fact must hold; an empty `when` matches all. The first class that matches is the incident's. A fact that nobody knows does not hold",
  ),
  provider: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Only for identities of this plane, such as `postgres`: where other teams can act than elsewhere; left out: of any',
    ),
  strategies: z
    .array(z.enum(['cut', 'replace-then-cut', 'restrict']))
    .min(1)
    .describe(
      'What the SOC may choose from: `cut` now; `replace-then-cut`: the new credential is in use first; `restrict` what it can do until it can be cut',
    ),
  cutBy: duration
    .default('4h')
    .describe(
      'Of every strategy but `cut`: when the old credential is cut at the latest, counted from the plan, whatever became of the replacement',
    ),
  rediscover: z
    .boolean()
    .default(false)
    .describe(
      'The identity is looked at again before each stage, and what has changed is asked about again: for what changes while it runs',
    ),
  byHand: z
    .array(byHand)
    .max(20)
    .default([])
    .describe('Steps that people do, in order within their phase, after what workers do in it'),
  breakGlass: z
    .strictObject({ parties: z.array(name).min(1).max(6) })
    .optional()
    .describe(
      'Who may approve the act alone, with a reason, when nobody else can be reached; everybody is told, and somebody else reviews it before the close',
    ),
  mode: z
    .enum(['observe', 'ask', 'auto'])
    .default('ask')
    .describe(
      "`observe`: the whole path with real clocks and notices, and no step is taken; `ask`: people approve, then it is; `auto`: what can be taken back and the executor's own policy allows is put on at once, and people decide about the rest",
    ),
};

/** A class with all that it needs: what the file says of it, and `defaults` for what it leaves out. */
export const classSchema = z.strictObject({ ...classOwn, holders, clocks, ladders, gates, checklist });

const ownersRow = z
  .strictObject({
    identity: z
      .string()
      .optional()
      .describe(
        "A pattern over identities' keys, provider/account/kind/reference; `*` matches within one part",
      ),
    tag: z
      .strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })
      .optional()
      .describe(
        'Or a tag that the cloud says it has. One that the identity could have written itself does not count',
      ),
    party: name,
    secret: z.string().optional().describe('Where the credential lies, and its replacement goes'),
    compromisedVersions: z
      .enum(['keep', 'let-go'])
      .optional()
      .describe(
        'What becomes of versions of the secret that hold the stolen credential, at the end and behind the gate `irreversible`: left out: `keep`, for whoever investigates; `let-go`: no label names them, and AWS deletes them',
      ),
    retireSecret: z
      .int()
      .min(7)
      .max(30)
      .optional()
      .describe(
        'The service works without this credential from now on: none is made anew, and at the end, behind the gate `irreversible`, the secret is deleted, with so many days in which AWS can restore it',
      ),
    consumers: z
      .array(consumerSchema)
      .max(20)
      .optional()
      .describe(
        'Who works with it: each is an instruction to the owner once the new credential is there, and tells where a workload runs that could work by a role',
      ),
    facts: facts.default({}).describe('Your own word about these identities: it stands over what alerts say'),
  })
  .superRefine(({ identity, tag }, context) => {
    if ((identity === undefined) !== (tag === undefined)) return;
    context.addIssue({
      code: 'custom',
      message:
        identity === undefined
          ? 'say whose it is by `identity`, a pattern, or by `tag`'
          : 'either `identity` or `tag`: make two rows of it',
    });
  });

const protectedRow = z.strictObject({
  identity: z.string().describe('A pattern, as of `owners`'),
  why: z.string().min(1).max(300).describe('What people read who would have cut it'),
  quorum: z
    .int()
    .min(2)
    .max(10)
    .optional()
    .describe('So many people must approve the act at least; left out: it is never cut by custody'),
});

const followUps = z.strictObject({
  due: duration.default('14d').describe('When a weakness that was found must be mended'),
  exposure: duration.default('24h').describe('When a place where the secret lies open must be cleaned'),
  repeat: duration.default('1d').describe('How often its party is told again once that is over'),
});

const classDefaults = z.strictObject({
  holders: holders.partial().optional().describe(HOLDERS),
  clocks: clocks.partial().optional().describe(CLOCKS),
  ladders: ladders.partial().optional().describe(LADDERS),
  gates: gates.partial().optional().describe(GATES),
  checklist: checklist.optional(),
});

const writtenClass = classDefaults.extend(classOwn);

const writtenRunbook = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  parties: z
    .record(name, z.strictObject({ title: z.string().max(200).describe('What people read') }))
    .describe('The teams that take part; `soc` is always one of them'),
  executors: z
    .record(
      name,
      z.strictObject({
        party: name.describe('Whose permissions it holds'),
        provider: z.string(),
        accounts: z.array(z.string()).min(1),
        part: z
          .enum(['source-of-truth', 'owner'])
          .describe('The source of truth cuts, and lifts what it cut; the owner makes the replacement'),
        kinds: z
          .array(z.string().min(1).max(64))
          .min(1)
          .optional()
          .describe(
            'Credential kinds that are this executor’s alone, for permissions that are best kept apart; it takes no others',
          ),
      }),
    )
    .describe('The workers that act, each a machine of people.yaml'),
  checkers: z
    .record(name, z.strictObject({ provider: z.string(), accounts: z.array(z.string()).min(1) }))
    .describe('The workers that look, read-only, each a machine of people.yaml'),
  propagation: z
    .record(z.string(), duration)
    .describe("The provider's time to take a change everywhere: what is seen must still be so after it"),
  orders: z.strictObject({
    pickUp: duration.describe('How long an order may wait for an executor before it counts as absent'),
    run: duration.describe('How long one step may take'),
    again: duration.describe('How often what is not yet so is looked at again'),
    watch: duration
      .refine(isSeldomEnough, 'between 1m and 1d')
      .default('4h')
      .describe(
        'How often what was seen dead is looked at again, until the close: it may come back, or be used',
      ),
  }),
  calendars: z
    .record(name, calendarSchema)
    .default({})
    .describe('Open hours and holidays, in a time zone, for the clocks that name them'),
  rotations: z
    .record(name, rotationSchema)
    .default({})
    .describe('Who is on call when, for the rungs that name them'),
  pause: duration
    .default('8h')
    .describe('How long clocks may be paused at the most; a pause needs a reason and a second person'),
  ladders: z
    .record(name, ladder)
    .describe('Whom to tell at which moment of a hold, and what silence does at the end'),
  defaults: classDefaults
    .optional()
    .describe('What holds in every class that does not say otherwise, phase by phase and gate by gate'),
  classes: z
    .array(writtenClass)
    .min(1)
    .describe("The first that fits is the incident's; the last one fits all"),
  owners: z
    .array(ownersRow)
    .describe('Who owns which identity. The first pattern and the first tag that fit each count'),
  protected: z
    .array(protectedRow)
    .default([])
    .describe(
      'Identities that must not be cut by custody, or only by more people. The first that fits counts',
    ),
  followUps: followUps
    .prefault({})
    .describe('The clocks of what is left to do about an identity beside its steps'),
  validity: z
    .strictObject({ containment: duration, recovery: duration, hardening: duration })
    .describe('How long votes can be gathered and steps be applied, counted from the plan'),
});

/** The runbook as rules read it: each class is whole, and `defaults` is used up. */
export const runbookSchema = writtenRunbook.transform(({ defaults, classes, ...runbook }, context) => {
  const whole = classes.map((one, i) => {
    const { filled, missing } = withDefaults(one, defaults ?? {});
    for (const place of missing) {
      context.addIssue({
        code: 'custom',
        path: ['classes', i, ...place],
        message: 'is missing: add it here, or for every class under `defaults`',
      });
    }
    return { ...filled, checklist: filled.checklist ?? defaults?.checklist ?? {} };
  });
  if (context.issues.length > 0) return z.NEVER;
  return { ...runbook, classes: whole as z.infer<typeof classSchema>[] };
});

const key = z
  .strictObject({
    kid: z.string().min(1).max(128),
    alg: z.enum(['EdDSA', 'ES256']),
    jwk: z.looseObject({ kty: z.string() }).describe('The public half alone'),
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
      logins: z.array(loginSchema).max(10).optional().describe('Logins at `issuers` that are this person'),
      passkeys: z.array(passkeySchema).max(20).optional().describe('As `custody passkey add` prints them'),
      identities: z
        .array(z.string())
        .default([])
        .describe("Keys of identities that are this person's own: nobody answers about themselves"),
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
  issuers: z
    .array(issuerSchema)
    .max(10)
    .optional()
    .describe('Identity providers whose logins prove who somebody is'),
  passkeys: relyingPartySchema.optional().describe('Where passkeys are used'),
});

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookClass = z.infer<typeof classSchema>;
export type GateRule = z.infer<typeof actGate>;
export type Directory = z.infer<typeof directorySchema>;
export type DirectoryKey = z.infer<typeof key>;
