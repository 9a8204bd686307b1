// policy.yaml: what one executor allows itself, whatever an orchestrator says. It stands beside the executor's own people.yaml.
import { z } from 'zod';
import { factSchema } from '../domain/detection/detection.schema.ts';
import { DURATION_PATTERN } from '../domain/instant/instant.ts';

const duration = z.string().regex(DURATION_PATTERN, 'a duration such as 90s, 15m, 36h, 2d');
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
/** Several are for the owner, who may be another party than this file can know: by a tag, by the SOC's word, or nobody. */
const place = z.union([name, z.array(name).min(1).max(6)], {
  error: 'a party, or a list of parties of which one is enough',
});
const gate = z.strictObject({
  quorum: z.int().min(1).max(10).describe('Distinct people'),
  parties: z
    .array(place)
    .min(1)
    .max(6)
    .describe(
      'At least one of each, every one by a person of its own. Of a list within it, one of any of these',
    ),
  assurance: z
    .enum(['signed', 'present'])
    .optional()
    .describe(
      'The least that proves a vote; left out: `signed`, a key or a login. `present` asks for a passkey',
    ),
});

/** Told, a vote is anybody's word: enough beside a proven one, for what can be taken back. */
const actGate = gate.extend({
  assurance: z
    .enum(['told', 'signed', 'present'])
    .optional()
    .describe(
      'The least that proves a vote; left out: `signed`, a key or a login. `present` asks for a passkey. With `told` an approval that nobody proved counts beside a proven one, for a step that puts on what can be taken off',
    ),
});

const fact = factSchema.shape.fact;
/** What may be done before anybody has decided. Whatever of it cannot be seen to be so, people are asked about. */
const automatic = z.strictObject({
  classes: z
    .array(
      z.strictObject({
        name: name.describe("The plan's class"),
        when: z
          .partialRecord(fact, z.boolean())
          .describe(
            "What the executor's own look must find to be so; a fact that it cannot see does not hold",
          ),
        unless: z.array(fact).max(9).default([]).describe('What it must not find to be so'),
      }),
    )
    .min(1)
    .max(20)
    .describe('Classes that may be cut without people'),
  kinds: z
    .array(z.string().min(1))
    .min(1)
    .describe('Of its `kinds`, those that it may put on without people'),
  perAccount: z
    .int()
    .min(1)
    .max(1_000)
    .describe(
      'So many identities of the account may wear the automatic quarantine at a time, whoever put it on',
    ),
  share: z
    .int()
    .min(1)
    .max(1_000)
    .describe(
      'So many of them this executor may have put on; the shares of all executors together: perAccount at the most',
    ),
  reserve: z
    .strictObject({ privileged: z.int().min(1).max(1_000) })
    .optional()
    .describe('So many of both are kept for privileged identities'),
  findings: z
    .strictObject({
      detectors: z
        .array(z.strictObject({ region: z.string().min(1), id: z.string().min(1) }))
        .min(1)
        .max(40)
        .describe('Of GuardDuty, where findings are read again'),
      severity: z.number().min(1).max(10).describe("The least, in GuardDuty's scale: 7 is high, 9 critical"),
      maxAge: duration.describe('How long ago what the finding tells of may have been seen last'),
    })
    .describe('Which alerts may cut without people'),
});

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** A secret is sent there. */
const address = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || url.username !== '' || url.password !== '') return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  }, 'an address that begins with https://, without a user in it; http:// only to this machine itself');
const variable = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,126}$/,
    "the name of an environment variable of this executor, e.g. SHOP_GITHUB_TOKEN, never the secret's own text",
  );
const field = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('The member of a JSON value that is meant; left out: the value as a whole');

const httpTest = z
  .strictObject({
    url: address.describe(
      'Called with the new value; it answers 2xx where that works. Redirects are not followed',
    ),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of a header')
      .optional()
      .describe('By GET, in this header'),
    body: z.string().min(1).max(200).optional().describe('Or by POST, as this member of a JSON body'),
    prefix: z.string().max(100).optional().describe('What stands before the value, e.g. `Bearer `'),
  })
  .refine(({ header, body }) => (header === undefined) !== (body === undefined), {
    message: 'say where the value goes: either `header` or `body`',
  });
const commandTest = z.strictObject({
  command: z
    .array(z.string().max(1_000))
    .min(1)
    .max(50)
    .refine(([program]) => program?.startsWith('/') === true, 'the program by its whole path')
    .describe(
      'A program with its arguments: it gets the new value on its standard input, and ends with 0 where that works, with 75 where it cannot tell',
    ),
});

const consumer = z.union([
  z.strictObject({
    githubActions: z.strictObject({
      repository: z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'owner/name'),
      secret: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, "a secret's name: letters, digits and _"),
      field,
      tokenFrom: variable,
      api: address.default('https://api.github.com'),
    }),
  }),
  z.strictObject({
    webhook: z
      .strictObject({ name, url: address.optional(), urlFrom: variable.optional(), secretFrom: variable })
      .refine(({ url, urlFrom }) => (url === undefined) !== (urlFrom === undefined), {
        message: 'say where it goes: either `url`, or `urlFrom` where the address is itself a secret',
      }),
  }),
]);

const secretPolicy = z.strictObject({
  secret: z.string().min(1).max(2_048).describe('Its name or ARN'),
  field,
  test: z
    .union([httpTest, commandTest])
    .optional()
    .describe(
      'How a new value is proved. Left out: custody makes none, save an access key, which AWS proves',
    ),
  consumers: z
    .array(consumer)
    .max(20)
    .default([])
    .describe('Who has to get or hear of a new version, because they do not read the secret by themselves'),
});

export const executorPolicySchema = z.strictObject({
  version: z.literal(1),
  executor: name.describe('Its name in the runbook, and in people.yaml among the machines'),
  provider: z.string().min(1),
  accounts: z
    .array(z.string().min(1))
    .min(1)
    .describe('Named one by one: an account that is not here is never touched'),
  kinds: z
    .array(z.string().min(1))
    .min(1)
    .describe('Credential kinds that it acts on, e.g. `aws/quarantine`'),
  gates: z
    .strictObject({
      act: actGate,
      irreversible: gate.optional(),
      undo: gate
        .optional()
        .describe(
          'Who lets be undone what it did; left out: as `act`. Two people at least, whatever its quorum',
        ),
    })
    .describe('Whose votes it needs. A gate that is left out lets no step through'),
  breakGlass: z
    .strictObject({ parties: z.array(name).min(1).max(6) })
    .optional()
    .describe('Who may approve the act alone, with a reason; left out: nobody'),
  automatic: automatic.optional().describe('What may be done before anybody has decided; left out: nothing'),
  attest: z
    .strictObject({ parties: z.array(name).min(1).max(6) })
    .optional()
    .describe(
      "Who may attest that the service works; left out: the party that the approved plan's re-issue belongs to",
    ),
  /** How long after the plan was made it still acts; the stricter of this and the step's own limit holds. */
  validity: z
    .strictObject({
      containment: duration.optional(),
      recovery: duration.optional(),
      hardening: duration.optional(),
    })
    .optional(),
  secrets: z
    .array(secretPolicy)
    .max(200)
    .optional()
    .describe("Of an owner's executor: how new values of its secrets are proved, and who has to get them"),
  protected: z
    .array(z.string().min(1))
    .default([])
    .describe("Patterns over identities' keys (`*` within a part) of what it never touches"),
});

export type AutomaticPolicy = z.infer<typeof automatic>;
export type SecretPolicy = z.infer<typeof secretPolicy>;
export type GatePolicy = z.infer<typeof actGate>;
export type ExecutorPolicy = z.infer<typeof executorPolicySchema>;
