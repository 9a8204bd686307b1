// When a restriction may come off a user that goes on working: nothing that it stopped may come back. Sessions made from a stolen key
// outlive the key, and every other way in may be the thief's.
import type { Act } from '../../domain/provider/provider.ts';
import { replacedBy } from './access-key-replacement.ts';
import type { Aws } from './clients.ts';
import { requireCut } from './cut-keys.ts';
import { impossible } from './errors.ts';
import { NO_SESSIONS, type Restriction } from './policies.ts';
import { deniedOutright } from './simulation.ts';
import type { User } from './users.ts';
import { inWords, WAYS_IN_PERMISSIONS, waysInOf } from './ways-in.ts';
import { HELD_PERMISSIONS, notHeldBy, wears } from './wearing.ts';
import type { Worn } from './worn.ts';

/** Lifted under `custody-no-sessions` alone, and with no way in left but the keys that the plan itself made. */
export const lifting = (aws: Aws, policy: Restriction): Worn['off'] => ({
  permissions: [...HELD_PERMISSIONS, ...WAYS_IN_PERMISSIONS],

  async ask(act: Act, userName: string) {
    if (!(await wears(aws, userName, policy))) return;
    const unheld = await notHeldBy(aws, userName, NO_SESSIONS);
    if (unheld !== undefined) {
      throw impossible(
        `${policy.name} stays: without it, sessions made from the stolen key would work again. ${unheld}`,
      );
    }
    // People have decided that it works again on what is left: only what was cut must be dead.
    if (act.plan.undoes !== undefined) return requireCut(aws, act.plan, userName, policy.name);
    const ours = replacedBy(act.evidence);
    const open = (await waysInOf(aws, userName)).filter((way) => way.open && !ours.includes(way.id));
    if (open.length > 0) {
      throw impossible(
        `${policy.name} stays: the user ${userName} has other ways in that would work again: ${inWords(open)}. Remove or deactivate them, then order the step again.`,
      );
    }
  },

  async see(user: User) {
    const unheld = await notHeldBy(aws, user.userName, NO_SESSIONS);
    if (unheld !== undefined) return { holds: false, saw: unheld };
    return (await deniedOutright(aws, user, 'session'))
      ? { holds: true, saw: `${policy.name} is off; ${NO_SESSIONS.name} is on and denies every session.` }
      : { holds: false, saw: `${NO_SESSIONS.name} is on, but a simulated session is not denied.` };
  },
});
