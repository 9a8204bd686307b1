// Whether the cut-off stands on a role, as it is read there.
import { type Instant, plus } from '../../../domain/instant/instant.ts';
import type { Aws } from '../clients.ts';
import { deniedOutright, SIMULATION_PERMISSIONS } from '../simulation.ts';
import { CUT_OFF, sessionsFrom } from './cut-off.ts';
import { inlineDocument } from './inline.ts';
import type { Role } from './roles.ts';

export const STANDING_PERMISSIONS = {
  read: ['iam:GetRolePolicy'],
  see: ['iam:GetRolePolicy', ...SIMULATION_PERMISSIONS],
} as const;

/** From when on sessions count; null where there is no cut-off, or none as custody writes it. */
export const cutOffOf = async (aws: Aws, roleName: string): Promise<Instant | null> =>
  sessionsFrom(await inlineDocument(aws, roleName, CUT_OFF), aws.clock.now());

/** By what is written on the role, and by IAM's own word about a session from a second before. */
export async function seenCutOff(
  aws: Aws,
  role: Role,
): Promise<{ holds: boolean; saw: string; from?: Instant }> {
  const from = await cutOffOf(aws, role.roleName);
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
