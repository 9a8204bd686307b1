// notices.yaml: the notifier's own file. Which channels there are, and who is reached by which, in the order of preference.
// It holds no secret: what is one is named by the environment variable that has it (`…From`).
import { z } from 'zod';
import { DURATION_PATTERN, durationMs } from '../../domain/instant/instant.ts';

const LONGEST_TIMEOUT_MS = 20_000;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
const person = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,126}$/, 'lower-case letters, digits and . _ @ -');
const variable = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,126}$/,
    "the name of an environment variable, e.g. CUSTODY_PAGER_SECRET, never the secret's own text",
  );
/** Nothing that could begin another header or another address. */
const address = z
  .string()
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/,
    'one e-mail address, e.g. soc@example.com',
  )
  .max(254);
const timeout = z
  .string()
  .regex(DURATION_PATTERN, 'a duration such as 5s')
  .refine(
    (text) => !DURATION_PATTERN.test(text) || durationMs(text) <= LONGEST_TIMEOUT_MS,
    'at most 20s: the next channel waits for it',
  )
  .default('10s');
const file = z.string().min(1).max(1_000);

const fileChannel = z.strictObject({ type: z.literal('file'), path: file });

const webhookChannel = z.strictObject({
  type: z.literal('webhook'),
  /** One of the two: plain, or where the URL itself is a secret, from the environment. */
  url: z.string().max(2_000).optional(),
  urlFrom: variable.optional(),
  secretFrom: variable,
  /** Hosts, addresses or networks (CIDR) that are not public and meant. */
  allow: z.array(z.string().max(253)).max(50).default([]),
  timeout,
  /** PEM file of the authority that signed the certificate, where no public one did. */
  ca: file.optional(),
});

const emailChannel = z.strictObject({
  type: z.literal('email'),
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/, 'a host name or address'),
  port: z.int().min(1).max(65_535).default(587),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  from: address,
  userFrom: variable.optional(),
  passwordFrom: variable.optional(),
  timeout,
  ca: file.optional(),
});

const way = z.union(
  [name, z.strictObject({ channel: name, to: z.union([address, z.array(address).min(1).max(50)]) })],
  {
    error: 'the name of a channel, or { channel, to } with one e-mail address or a list of them',
  },
);
const ways = z.array(way).min(1).max(10);

export const targetsSchema = z.strictObject({
  version: z.literal(1),
  channels: z.record(name, z.discriminatedUnion('type', [fileChannel, webhookChannel, emailChannel])),
  people: z.record(person, ways).default({}),
  parties: z.record(name, ways).default({}),
  /** Who has no way of their own, or none that works, is reached by these. */
  everyone: ways,
});

export type Targets = z.infer<typeof targetsSchema>;
export type ChannelTarget = Targets['channels'][string];
export type WayTarget = Targets['everyone'][number];
