// aws/no-sessions: deny every session of a user while its keys may work, by attaching `custody-no-sessions`. It is worn beside
// the quarantine and after it, until the longest session that a stolen key could have made (36 hours) has run out.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { NO_SESSIONS } from './policies.ts';
import { SIMULATION_PERMISSIONS, deniedOutright } from './simulation.ts';
import { userNameOf } from './target.ts';
import { findUser, KEYS_PERMISSIONS, keysOf, requireUser, USER_PERMISSIONS } from './users.ts';
import {
  PUT_ON_PERMISSIONS,
  TAKE_OFF_PERMISSIONS,
  WORN_PERMISSIONS,
  notHeldBy,
  putOn,
  takeOff,
  wears,
} from './wearing.ts';

/** Keys that the plan cuts. */
const cutKeys = ({ steps }: Plan): (string | undefined)[] =>
  steps.filter((step) => step.kind === 'aws/access-key').map((step) => step.target['accessKeyId']);

export const noSessions = (aws: Aws): CredentialKind => ({
  kind: 'aws/no-sessions',
  reversibility: 'reversible',
  permissions: {
    apply: [...USER_PERMISSIONS, ...PUT_ON_PERMISSIONS],
    undo: [...USER_PERMISSIONS, ...KEYS_PERMISSIONS, ...TAKE_OFF_PERMISSIONS],
    check: [...USER_PERMISSIONS, ...WORN_PERMISSIONS, ...SIMULATION_PERMISSIONS],
  },

  async apply(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    return putOn(aws, userName, NO_SESSIONS);
  },

  /** When it comes off is the plan's (`after`); whether the stolen key is dead is read here. */
  async undo(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    const cut = cutKeys(act.plan);
    const alive = (await keysOf(aws, userName)).filter((key) => key.active && cut.includes(key.accessKeyId));
    if (alive.length > 0) {
      throw impossible(
        `${NO_SESSIONS.name} stays: the stolen key ${alive.map((key) => key.accessKeyId).join(', ')} is active, and could make new sessions.`,
      );
    }
    return takeOff(aws, userName, NO_SESSIONS);
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const user = await findUser(aws, userName);
    if (user === null) return { holds: false, saw: `The user ${userName} does not exist.` };

    if (step.verb === 'undo') {
      return (await wears(aws, userName, NO_SESSIONS))
        ? { holds: false, saw: `The user ${userName} still wears ${NO_SESSIONS.name}.` }
        : { holds: true, saw: `${NO_SESSIONS.name} is off.` };
    }

    const unheld = await notHeldBy(aws, userName, NO_SESSIONS);
    if (unheld !== undefined) return { holds: false, saw: unheld };
    return (await deniedOutright(aws, user, 'session'))
      ? {
          holds: true,
          saw: `${NO_SESSIONS.name} is attached with its known content, and denies every session.`,
        }
      : { holds: false, saw: `${NO_SESSIONS.name} is attached, but a simulated session is not denied.` };
  },
});
