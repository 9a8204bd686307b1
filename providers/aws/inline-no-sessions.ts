// aws/inline-no-sessions: deny every session of a user that has no attachment free, by an inline policy of the name and content of
// `custody-no-sessions`. For an executor of its own, as every kind that writes inline policies.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { noSessionsOff } from './no-sessions.ts';
import { NO_SESSIONS } from './policies.ts';
import { wornKind } from './worn.ts';

export const INLINE_NO_SESSIONS_KIND = 'aws/inline-no-sessions';

export const inlineNoSessions = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: INLINE_NO_SESSIONS_KIND,
    policy: NO_SESSIONS,
    way: 'inline',
    denies: { inWords: 'every session', to: ['session'] },
    off: noSessionsOff(aws),
  });
