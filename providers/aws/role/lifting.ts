// When a restriction may come off a role: every session from before the cut-off is dead without it, and new ones work at once.
import { epochMs } from '../../../domain/instant/instant.ts';
import type { Plan } from '../../../domain/plan/plan.schema.ts';
import type { Act } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { impossible } from '../errors.ts';
import type { Restriction } from '../policies.ts';
import { isWorn } from '../wearing.ts';
import type { Worn } from '../worn.ts';
import { CUT_OFF, REVOKED_BY_HAND } from './cut-off.ts';
import { DENIED, deniedIn, isTooEarlyForDenied } from './denied.ts';
import { findRole, type Role, ROLE_PERMISSIONS } from './roles.ts';
import { cutOffByAnyOf, isFromBefore, seenCutOff, STANDING_PERMISSIONS } from './standing.ts';
import { ROLE_WORN_PERMISSIONS, roleWearer } from './wearing.ts';

/** Between two heartbeats. */
const PAUSE_MS = 5_000;

export const roleLifting = (aws: Aws, policy: Restriction): Worn<Role>['off'] => ({
  permissions: [...ROLE_PERMISSIONS, ...ROLE_WORN_PERMISSIONS, ...STANDING_PERMISSIONS.read],

  async ask(act: Act, roleName: string) {
    if (!(await isWorn(aws, roleWearer(aws, roleName), policy))) return;
    const from = await cutOffByAnyOf(aws, roleName);
    if (from === null) {
      throw impossible(
        `${policy.name} stays: neither ${CUT_OFF} nor ${REVOKED_BY_HAND} is on the role ${roleName} with its known content, so the thief's sessions would work again. Apply the cut-off again, then order this step again.`,
      );
    }
    const before = isFromBefore(act.plan, roleName, from, Object.values(act.evidence));
    if (before !== undefined)
      throw impossible(
        `${policy.name} stays: ${before} Apply the cut-off again, then order this step again.`,
      );
    const denied = deniedIn((await findRole(aws, roleName))?.trustDocument, aws.clock.now());
    if (denied !== null && isTooEarlyForDenied(from, denied)) {
      throw impossible(
        `${policy.name} stays: ${DENIED} stands in the trust policy of the role ${roleName} since ${denied.since} only, and whoever it denies may have made sessions that count after ${from}. End its sessions again two minutes later at the earliest, then order this step again.`,
      );
    }
    // A session from before would be refused as long as it lives, so what works as the role must not be let in earlier.
    for (;;) {
      const left = epochMs(from) - aws.clock.now();
      if (left <= 0) return;
      act.heartbeat();
      // The incident waits for what it takes back, and its clocks with it.
      await Promise.race([aws.clock.pause(Math.min(left, PAUSE_MS)), act.withdrawn]);
    }
  },

  async see(role: Role, plan: Plan) {
    const { from, ...seen } = await seenCutOff(aws, role, cutOffByAnyOf);
    const before = from === undefined ? undefined : isFromBefore(plan, role.roleName, from, []);
    if (before !== undefined) return { holds: false, saw: before };
    return seen.holds ? { holds: true, saw: `${policy.name} is off. ${seen.saw}` } : seen;
  },
});
