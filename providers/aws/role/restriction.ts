// aws/role-restriction: let a role go on working, and deny it what a thief would spread by, by attaching `custody-restricted`.
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { RESTRICTED } from '../policies.ts';
import { SPREADING } from '../restriction.ts';
import { wornBy } from '../worn.ts';
import { roleLifting } from './lifting.ts';
import { ROLES } from './wearing.ts';

export const roleRestriction = (aws: Aws): CredentialKind =>
  wornBy(aws, ROLES, {
    kind: 'aws/role-restriction',
    policy: RESTRICTED,
    denies: { inWords: 'new keys, roles and secrets to every session', to: ['session'], actions: SPREADING },
    off: roleLifting(aws, RESTRICTED),
  });
