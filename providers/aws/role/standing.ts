// Whether the cut-off stands on a role, as it is read there.
import { epochMs, type Instant, plus } from '../../../domain/instant/instant.ts';
import type { Plan } from '../../../domain/plan/plan.schema.ts';
import type { Evidence } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { deniedOutright, SIMULATION_PERMISSIONS } from '../simulation.ts';
import { CUT_OFF, REVOKED_BY_HAND, sessionsFrom, sessionsRevokedFrom } from './cut-off.ts';
import { inlineDocument } from './inline.ts';
import type { Role } from './roles.ts';

export const STANDING_PERMISSIONS = {
  read: ['iam:GetRolePolicy'],
  see: ['iam:GetRolePolicy', ...SIMULATION_PERMISSIONS],
} as const;

/** From when on sessions count; null where there is no cut-off, or none as custody writes it. */
export const cutOffOf = async (aws: Aws, roleName: string): Promise<Instant | null> =>
  sessionsFrom(await inlineDocument(aws, roleName, CUT_OFF), aws.clock.now());

/** The later one of custody's own and of what people had IAM's console write: in a plan whose cut-offs people do, that is the cut. */
export async function cutOffByAnyOf(aws: Aws, roleName: string): Promise<Instant | null> {
  const revoked = sessionsRevokedFrom(await inlineDocument(aws, roleName, REVOKED_BY_HAND), aws.clock.now());
  const own = await cutOffOf(aws, roleName);
  return own === null || (revoked !== null && epochMs(revoked) > epochMs(own)) ? revoked : own;
}

/**
 * Why a cut-off that stands is not the one that ended the thief's sessions; undefined where it is. `said`: what was signed about it when
 * it was written. Whoever may write inline policies can move it back, word for word as custody writes it.
 */
export function isFromBefore(
  { madeAt, undoes }: Pick<Plan, 'madeAt' | 'undoes'>,
  roleName: string,
  from: Instant,
  said: readonly Evidence[],
): string | undefined {
  const written = said
    .flatMap((one) => (one['roleName'] === roleName ? (one['sessionsFrom'] ?? []) : []))
    .toSorted((a, b) => epochMs(a) - epochMs(b))
    .at(-1);
  const stands = `The cut-off of the role ${roleName} at ${from}`;
  if (written !== undefined && epochMs(from) < epochMs(written))
    return `${stands} is not the one that was written, at ${written}: it was moved back, and what was made in between works.`;
  // What an undo rests on was written under an earlier plan.
  if (undoes === undefined && epochMs(from) <= epochMs(madeAt))
    return `${stands} is from before this plan: what was made since works.`;
  return undefined;
}

/** By what is written on the role, and by IAM's own word about a session from a second before. */
export async function seenCutOff(
  aws: Aws,
  role: Role,
  standing = cutOffOf,
): Promise<{ holds: boolean; saw: string; from?: Instant }> {
  const from = await standing(aws, role.roleName);
  if (from === null) {
    return { holds: false, saw: `The role ${role.roleName} has no ${CUT_OFF} as custody writes it.` };
  }
  return (await deniedOutright(aws, role, { issuedAt: plus(from, -1_000) }))
    ? { holds: true, saw: `Sessions of the role ${role.roleName} from before ${from} are denied.`, from }
    : {
        holds: false,
        saw: `${CUT_OFF} is on the role ${role.roleName}, but a simulated session from before ${from} is not denied.`,
      };
}
