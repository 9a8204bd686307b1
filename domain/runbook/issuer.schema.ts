// The company's identity provider in people.yaml: whose logins count as proofs, and which login is whose.
import { z } from 'zod';
import { DURATION_PATTERN } from '../instant/instant.ts';

/** What signs with a secret that both sides know, or not at all, proves nothing to a third: it is not in the list. */
export const LOGIN_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** Why this address is not one to fetch keys from, or null. Plain http stays on the machine itself. */
export function whyNotAskable(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return 'not an address: write https://…';
  }
  if (url.username !== '' || url.password !== '') return 'leave user name and password out of it';
  if (url.protocol === 'https:') return null;
  return url.protocol === 'http:' && LOOPBACK.includes(url.hostname)
    ? null
    : 'must begin with https:// (http:// only for 127.0.0.1 and localhost)';
}

/** Nothing that it says from then on, or said before, is believed any more: nobody is sent there to log in. */
export const isRevoked = ({ revokedAt }: { revokedAt?: string | undefined }, nowMs: number): boolean =>
  revokedAt !== undefined && Date.parse(revokedAt) <= nowMs;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');

const issuerAddress = z
  .string()
  .max(300)
  .superRefine((address, context) => {
    const why = whyNotAskable(address) ?? (/[?#]/.test(address) ? 'has no ? and no # in it' : null);
    if (why !== null) context.addIssue({ code: 'custom', message: why });
  });

export const issuerSchema = z.strictObject({
  issuer: issuerAddress.describe('Exactly as its ID tokens say it in `iss`'),
  audience: z
    .string()
    .min(1)
    .max(255)
    .describe(
      'The client id that is registered there for custody alone: a login to anything else is no word here',
    ),
  algorithms: z
    .array(z.enum(LOGIN_ALGORITHMS))
    .min(1)
    .default([...LOGIN_ALGORITHMS])
    .describe('What its ID tokens may be signed with'),
  maxAge: z
    .string()
    .regex(DURATION_PATTERN, 'a duration such as 90s, 15m')
    .default('5m')
    .describe('How long before the ID token the person may have authenticated'),
  amr: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(10)
    .optional()
    .describe(
      'Authentication methods that must all be in the ID token, e.g. `mfa`; left out: none is asked for',
    ),
  groups: z
    .strictObject({
      claim: z.string().min(1).max(255).default('groups').describe('The claim that lists the groups'),
      parties: z.record(z.string().min(1).max(255), name).describe('Group to party'),
    })
    .optional()
    .describe(
      'Groups that make somebody who stands in this file a member of a party, beside those that the file gives them',
    ),
  revokedAt: z.iso.datetime().optional().describe('From then on no login there counts, whenever it was made'),
});

export const loginSchema = z.strictObject({
  issuer: z.string().min(1).max(300).describe('One of `issuers`'),
  subject: z
    .string()
    .min(1)
    .max(255)
    .describe(
      "The provider's own id of the person (`sub`), never a name or an e-mail: those can be given to another",
    ),
  revokedAt: z.iso.datetime().optional(),
});

export type Issuer = z.infer<typeof issuerSchema>;
export type Login = z.infer<typeof loginSchema>;
