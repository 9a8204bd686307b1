// What the kinds that put one of custody's policies on a user or role have in common: it is put on, seen with its known content, and
// IAM itself says that it denies what it is there for. What each of them asks before it comes off, its own file says.
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { isCleared } from './cleared.ts';
import { impossible } from './errors.ts';
import type { Restriction } from './policies.ts';
import type { Principal } from './principal.ts';
import { deniedOutright, SIMULATION_PERMISSIONS } from './simulation.ts';
import { userNameOf } from './target.ts';
import { findUser, type User, USER_PERMISSIONS } from './users.ts';
import {
  type Fastening,
  FASTENINGS,
  type FasteningPermissions,
  USER_FASTENING,
  userWearer,
  type Way,
  type Wearer,
} from './wearing.ts';

/** What a plan is about: users, or roles. */
export interface Wearers<One extends Principal> {
  permissions: Record<Way, FasteningPermissions> & { find: readonly string[] };
  /** Refuses a target that is not the plan's. */
  nameOf(aws: Aws, of: { plan: Plan; step: Step }): string;
  find(aws: Aws, name: string): Promise<One | null>;
  wearer(aws: Aws, name: string): Wearer;
}

export const USERS: Wearers<User> = {
  permissions: { find: USER_PERMISSIONS, ...USER_FASTENING },
  nameOf: userNameOf,
  find: findUser,
  wearer: userWearer,
};

export interface Worn<One extends Principal = User> {
  kind: string;
  policy: Restriction;
  /** Left out: attached. */
  way?: Way;
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
    ask(act: Act, name: string): Promise<void>;
    /** What else must be seen once it is off. */
    see(who: One, plan: Plan): Promise<{ holds: boolean; saw: string }>;
  };
}

export const wornKind = (aws: Aws, worn: Worn): CredentialKind => wornBy(aws, USERS, worn);

export function wornBy<One extends Principal>(
  aws: Aws,
  wearers: Wearers<One>,
  { kind, policy, way = 'attached', denies, off }: Worn<One>,
): CredentialKind {
  const permissions = wearers.permissions[way];
  const fastening: Fastening = FASTENINGS[way];
  const requireWearer = async (act: Act): Promise<string> => {
    const name = wearers.nameOf(aws, act);
    if ((await wearers.find(aws, name)) !== null) return name;
    throw impossible(`The ${wearers.wearer(aws, name).called} does not exist in the account ${aws.account}.`);
  };
  const held = async (who: One, wearer: Wearer): Promise<{ holds: boolean; saw: string }> => {
    const unheld = await fastening.unheld(aws, wearer, policy);
    if (unheld !== undefined) return { holds: false, saw: unheld };
    for (const how of denies.to) {
      if (await deniedOutright(aws, who, how, denies.actions)) continue;
      return {
        holds: false,
        saw: `${policy.name} ${fastening.inWords}, but a simulated call with a ${how} is not denied.`,
      };
    }
    return {
      holds: true,
      saw: `${policy.name} ${fastening.inWords} with its known content, and denies ${denies.inWords}.`,
    };
  };
  return {
    kind,
    reversibility: 'reversible',
    permissions: {
      apply: [...wearers.permissions.find, ...permissions.putOn],
      undo: [...wearers.permissions.find, ...off.permissions, ...permissions.takeOff],
      check: [...wearers.permissions.find, ...permissions.see, ...SIMULATION_PERMISSIONS],
    },

    async apply(act) {
      return fastening.putOn(aws, wearers.wearer(aws, await requireWearer(act)), policy);
    },

    async undo(act) {
      const name = await requireWearer(act);
      if (!isCleared(act.plan)) await off.ask(act, name);
      return fastening.takeOff(aws, wearers.wearer(aws, name), policy);
    },

    async check({ plan, step }) {
      const name = wearers.nameOf(aws, { plan, step });
      const wearer = wearers.wearer(aws, name);
      const who = await wearers.find(aws, name);
      if (who === null) return { holds: false, saw: `The ${wearer.called} does not exist.` };
      if (step.verb === 'undo') {
        if (await fastening.isOn(aws, wearer, policy))
          return { holds: false, saw: `The ${wearer.called} still wears ${policy.name}.` };
        return isCleared(plan) ? { holds: true, saw: `${policy.name} is off.` } : off.see(who, plan);
      }
      return held(who, wearer);
    },

    /** Whoever does not exist any more needs no policy. */
    async watch({ plan, step }) {
      const name = wearers.nameOf(aws, { plan, step });
      const wearer = wearers.wearer(aws, name);
      const who = await wearers.find(aws, name);
      return who === null
        ? { holds: true, saw: `The ${wearer.called} does not exist any more.` }
        : held(who, wearer);
    },
  };
}
