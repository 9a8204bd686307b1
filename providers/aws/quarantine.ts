// aws/quarantine: deny everything to a user, its keys and its sessions, by attaching `custody-quarantine`. Lifting it must not
// bring back what it stopped: sessions made from a stolen key outlive the key, and so may every other way in.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { replacedBy } from './access-key-replacement.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { NO_SESSIONS, QUARANTINE } from './policies.ts';
import { SIMULATION_PERMISSIONS, deniedOutright } from './simulation.ts';
import { userNameOf } from './target.ts';
import { findUser, requireUser, USER_PERMISSIONS } from './users.ts';
import { inWords, WAYS_IN_PERMISSIONS, waysInOf } from './ways-in.ts';
import {
  PUT_ON_PERMISSIONS,
  TAKE_OFF_PERMISSIONS,
  WORN_PERMISSIONS,
  notHeldBy,
  putOn,
  takeOff,
  wears,
} from './wearing.ts';

export const quarantine = (aws: Aws): CredentialKind => ({
  kind: 'aws/quarantine',
  reversibility: 'reversible',
  permissions: {
    apply: [...USER_PERMISSIONS, ...PUT_ON_PERMISSIONS],
    undo: [...USER_PERMISSIONS, ...WORN_PERMISSIONS, ...WAYS_IN_PERMISSIONS, ...TAKE_OFF_PERMISSIONS],
    check: [...USER_PERMISSIONS, ...WORN_PERMISSIONS, ...SIMULATION_PERMISSIONS],
  },

  async apply(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    return putOn(aws, userName, QUARANTINE);
  },

  /** Lifts the quarantine, or says which way in keeps it on. */
  async undo(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    if (await wears(aws, userName, QUARANTINE)) {
      const unheld = await notHeldBy(aws, userName, NO_SESSIONS);
      if (unheld !== undefined) {
        throw impossible(
          `The quarantine stays: without it, sessions made from the stolen key would work again. ${unheld}`,
        );
      }
      const ours = replacedBy(act.evidence);
      const open = (await waysInOf(aws, userName)).filter((way) => way.open && !ours.includes(way.id));
      if (open.length > 0) {
        throw impossible(
          `The quarantine stays: the user ${userName} has other ways in that would work again: ${inWords(open)}. Remove or deactivate them, then order the step again.`,
        );
      }
    }
    return takeOff(aws, userName, QUARANTINE);
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const user = await findUser(aws, userName);
    if (user === null) return { holds: false, saw: `The user ${userName} does not exist.` };

    if (step.verb === 'undo') {
      if (await wears(aws, userName, QUARANTINE)) {
        return { holds: false, saw: `The user ${userName} still wears ${QUARANTINE.name}.` };
      }
      const unheld = await notHeldBy(aws, userName, NO_SESSIONS);
      if (unheld !== undefined) return { holds: false, saw: unheld };
      return (await deniedOutright(aws, user, 'session'))
        ? {
            holds: true,
            saw: `${QUARANTINE.name} is off; ${NO_SESSIONS.name} is on and denies every session.`,
          }
        : { holds: false, saw: `${NO_SESSIONS.name} is on, but a simulated session is not denied.` };
    }

    const unheld = await notHeldBy(aws, userName, QUARANTINE);
    if (unheld !== undefined) return { holds: false, saw: unheld };
    const dead = (await deniedOutright(aws, user, 'key')) && (await deniedOutright(aws, user, 'session'));
    return dead
      ? {
          holds: true,
          saw: `${QUARANTINE.name} is attached with its known content, and denies key and session.`,
        }
      : { holds: false, saw: `${QUARANTINE.name} is attached, but a simulated call is not denied.` };
  },
});
