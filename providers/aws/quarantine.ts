// aws/quarantine: deny everything to a user, its keys and its sessions, by attaching `custody-quarantine`.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { lifting } from './lifting.ts';
import { QUARANTINE } from './policies.ts';
import { wornKind } from './worn.ts';

export const quarantine = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: 'aws/quarantine',
    policy: QUARANTINE,
    denies: { inWords: 'key and session', to: ['key', 'session'] },
    off: lifting(aws, QUARANTINE),
  });
