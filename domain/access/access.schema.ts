// What an identity can reach, as its provider's own lists and policies tell it. Names alone, bounded, and nothing that was not read is
// guessed: it stands under `unread`. What it comes in by is not here: that are a discovery's ways in; nor are its tags.
import { z } from 'zod';

/** Of text that an attacker may have chosen: shortened and plain. */
const nameSchema = z.string().max(160);
/** The first ones, and how many are left out. */
const first = <One extends z.ZodType>(one: One, most: number) =>
  z.strictObject({ first: z.array(one).max(most), more: z.number().int().min(0) });

export const MOST_GROUPS = 20;
export const MOST_POLICIES = 40;
export const MOST_ROLES = 40;
export const MOST_ELSEWHERE = 20;
export const MOST_SECRETS = 10;
export const MOST_SERVICE_POLICIES = 20;
export const MOST_UNREAD = 20;

export const accessSchema = z.strictObject({
  groups: first(nameSchema, MOST_GROUPS),
  /** Those that say what it may do, without the ones that custody itself put on. */
  policies: first(
    z.strictObject({
      name: nameSchema,
      how: z.enum(['inline', 'attached']),
      /** The group that it comes by; null: it is the identity's own. */
      group: nameSchema.nullable(),
      /** What stands in it is known. */
      read: z.boolean(),
    }),
    MOST_POLICIES,
  ),
  /** What limits the policies; null: nothing. */
  boundary: z.strictObject({ name: nameSchema, read: z.boolean() }).nullable(),
  /** Roles of the account that it can become, one after another, the nearest first. Conditions and denials are not counted on. */
  roles: first(
    z.strictObject({
      role: nameSchema,
      /** Who becomes it: the identity, or a role before it in this list. */
      by: nameSchema,
      /** Its trust policy names who becomes it, lets in anybody, trusts the account, or cannot be understood. */
      trust: z.enum(['itself', 'anybody', 'account', 'unclear']),
      /** The policies of who becomes it allow that, are silent (where the trust policy is enough), or could not all be read. */
      policies: z.enum(['allow', 'silent', 'unread']),
    }),
    MOST_ROLES,
  ),
  /** Patterns by which policies let it, or one of these, become roles of other accounts. */
  elsewhere: first(nameSchema, MOST_ELSEWHERE),
  /** Where its keys are kept: by the runbook, by a tag, or (a hint, where neither says) by a name that begins with its own. */
  secrets: first(
    z.strictObject({ secret: z.string().max(700), by: z.enum(['runbook', 'tag', 'name']) }),
    MOST_SECRETS,
  ),
  /** null: the account is in none, or that was not read. */
  organisation: z
    .strictObject({
      id: nameSchema,
      /** The one that pays for the others: no service control policy holds it. */
      management: z.boolean(),
      /** Service control policies on the account and on what it stands in. */
      policies: first(z.strictObject({ name: nameSchema, on: nameSchema }), MOST_SERVICE_POLICIES),
    })
    .nullable(),
  /** Plain words: what was not read, and why. */
  unread: z.array(z.string().max(300)).max(MOST_UNREAD),
});

export type Access = z.infer<typeof accessSchema>;
