// What an identity did since the compromise, as the provider's own log tells it: a summary with counts. Names and numbers alone, bounded,
// and never what a call was given or answered.
import { z } from 'zod';

/** Of text that an attacker may have chosen: shortened and plain. */
const nameSchema = z.string().max(160);
const countSchema = z.number().int().min(0);
const counted = (most: number) => z.array(z.strictObject({ name: nameSchema, count: countSchema })).max(most);

export const MOST_NAMED = 20;
export const MOST_CHANGES = 40;

export const activitySchema = z.strictObject({
  /** From when on it was asked, and when. */
  since: z.iso.datetime(),
  readAt: z.iso.datetime(),
  regions: z.array(z.string().max(32)).max(MOST_NAMED),
  events: countSchema,
  firstAt: z.iso.datetime().nullable(),
  lastAt: z.iso.datetime().nullable(),
  addresses: counted(MOST_NAMED),
  agents: counted(MOST_NAMED),
  services: counted(MOST_NAMED),
  /** Calls that were refused, and how often. */
  refused: counted(MOST_NAMED),
  /** What it made or changed, by which somebody could come back; the first ones. */
  changes: z
    .array(
      z.strictObject({
        at: z.iso.datetime(),
        /** `iam:CreateUser` */
        call: nameSchema,
        /** Names of what it was done to. */
        on: z.array(nameSchema).max(4),
        /** KEY of the user or role, other than the identity itself, that an incident can be opened about. */
        other: z.string().max(1_000).nullable(),
      }),
    )
    .max(MOST_CHANGES),
  /** How many changes are left out above. */
  moreChanges: countSchema,
  /** Plain words: why this is not all. Empty: it is, as far as the log has it by now. */
  unread: z.array(z.string().max(300)).max(MOST_NAMED),
});

export type Activity = z.infer<typeof activitySchema>;
