// aws/no-sessions: deny every session of a user while its keys may work, by attaching `custody-no-sessions`. It is worn beside
// other restrictions and after them, until the longest session that a stolen key could have made (36 hours) has run out.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { requireCut } from './cut-keys.ts';
import { NO_SESSIONS } from './policies.ts';
import { KEYS_PERMISSIONS } from './users.ts';
import { type Worn, wornKind } from './worn.ts';

export const noSessions = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: 'aws/no-sessions',
    policy: NO_SESSIONS,
    denies: { inWords: 'every session', to: ['session'] },
    off: noSessionsOff(aws),
  });

export const noSessionsOff = (aws: Aws): Worn['off'] => ({
  permissions: KEYS_PERMISSIONS,

  /** When it comes off is the plan's (`after`); whether the stolen key is dead is read here. */
  ask: ({ plan }, userName) => requireCut(aws, plan, userName, NO_SESSIONS.name),

  see: async () => ({ holds: true, saw: `${NO_SESSIONS.name} is off.` }),
});
