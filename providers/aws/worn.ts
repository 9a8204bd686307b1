// What the kinds that put one of custody's policies on a user have in common: it is attached, seen with its known content, and IAM
// itself says that it denies what it is there for. What each of them asks before it comes off, its own file says.
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import type { Restriction } from './policies.ts';
import { deniedOutright, SIMULATION_PERMISSIONS } from './simulation.ts';
import { userNameOf } from './target.ts';
import { findUser, requireUser, type User, USER_PERMISSIONS } from './users.ts';
import {
  notHeldBy,
  PUT_ON_PERMISSIONS,
  putOn,
  TAKE_OFF_PERMISSIONS,
  takeOff,
  WORN_PERMISSIONS,
  wears,
} from './wearing.ts';

export interface Worn {
  kind: string;
  policy: Restriction;
  denies: {
    /** `key and session` */
    inWords: string;
    to: readonly ('key' | 'session')[];
    /** Calls that must be denied; where none are named, any. */
    actions?: readonly string[];
  };
  off: {
    permissions: readonly string[];
    /** Throws where the policy must stay. */
    ask(act: Act, userName: string): Promise<void>;
    /** What else must be seen once it is off. */
    see(user: User): Promise<{ holds: boolean; saw: string }>;
  };
}

export const wornKind = (aws: Aws, { kind, policy, denies, off }: Worn): CredentialKind => ({
  kind,
  reversibility: 'reversible',
  permissions: {
    apply: [...USER_PERMISSIONS, ...PUT_ON_PERMISSIONS],
    undo: [...USER_PERMISSIONS, ...off.permissions, ...TAKE_OFF_PERMISSIONS],
    check: [...USER_PERMISSIONS, ...WORN_PERMISSIONS, ...SIMULATION_PERMISSIONS],
  },

  async apply(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    return putOn(aws, userName, policy);
  },

  async undo(act) {
    const { userName } = await requireUser(aws, userNameOf(aws, act));
    await off.ask(act, userName);
    return takeOff(aws, userName, policy);
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const user = await findUser(aws, userName);
    if (user === null) return { holds: false, saw: `The user ${userName} does not exist.` };
    if (step.verb === 'undo') {
      return (await wears(aws, userName, policy))
        ? { holds: false, saw: `The user ${userName} still wears ${policy.name}.` }
        : off.see(user);
    }
    const unheld = await notHeldBy(aws, userName, policy);
    if (unheld !== undefined) return { holds: false, saw: unheld };
    for (const how of denies.to) {
      if (await deniedOutright(aws, user, how, denies.actions)) continue;
      return {
        holds: false,
        saw: `${policy.name} is attached, but a simulated call with a ${how} is not denied.`,
      };
    }
    return {
      holds: true,
      saw: `${policy.name} is attached with its known content, and denies ${denies.inWords}.`,
    };
  },
});
