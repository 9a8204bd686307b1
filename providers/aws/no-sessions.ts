// aws/no-sessions: deny every session of a user while its keys may work, by attaching `custody-no-sessions`. It is worn beside
// other restrictions and after them, until the longest session that a stolen key could have made (36 hours) has run out.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { NO_SESSIONS } from './policies.ts';
import { KEYS_PERMISSIONS, keysOf } from './users.ts';
import { wornKind } from './worn.ts';

/** Keys that the plan cuts. */
const cutKeys = ({ steps }: Plan): (string | undefined)[] =>
  steps.filter((step) => step.kind === 'aws/access-key').map((step) => step.target['accessKeyId']);

export const noSessions = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: 'aws/no-sessions',
    policy: NO_SESSIONS,
    denies: { inWords: 'every session', to: ['session'] },
    off: {
      permissions: KEYS_PERMISSIONS,

      /** When it comes off is the plan's (`after`); whether the stolen key is dead is read here. */
      async ask({ plan }, userName) {
        const cut = cutKeys(plan);
        const alive = (await keysOf(aws, userName)).filter(
          (key) => key.active && cut.includes(key.accessKeyId),
        );
        if (alive.length === 0) return;
        throw impossible(
          `${NO_SESSIONS.name} stays: the stolen key ${alive.map((key) => key.accessKeyId).join(', ')} is active, and could make new sessions.`,
        );
      },

      see: async () => ({ holds: true, saw: `${NO_SESSIONS.name} is off.` }),
    },
  });
