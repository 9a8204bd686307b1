// aws/role-quarantine: deny everything to every session of a role, by attaching `custody-quarantine`.
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { QUARANTINE } from '../policies.ts';
import { wornBy } from '../worn.ts';
import { roleLifting } from './lifting.ts';
import { ROLES } from './wearing.ts';

export const roleQuarantine = (aws: Aws): CredentialKind =>
  wornBy(aws, ROLES, {
    kind: 'aws/role-quarantine',
    policy: QUARANTINE,
    denies: { inWords: 'every session', to: ['session'] },
    off: roleLifting(aws, QUARANTINE),
  });
