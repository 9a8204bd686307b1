// aws/inline-quarantine: deny everything to a user that has no attachment free, by an inline policy of the quarantine's name and content.
// Whoever may write inline policies can grant anything: this kind is for an executor of its own.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { lifting } from './lifting.ts';
import { QUARANTINE } from './policies.ts';
import { wornKind } from './worn.ts';

export const INLINE_QUARANTINE_KIND = 'aws/inline-quarantine';

export const inlineQuarantine = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: INLINE_QUARANTINE_KIND,
    policy: QUARANTINE,
    way: 'inline',
    denies: { inWords: 'key and session', to: ['key', 'session'] },
    off: lifting(aws, QUARANTINE),
  });
