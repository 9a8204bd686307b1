// aws/role-inline-quarantine: deny everything to every session of a role that has no attachment free, by an inline policy of the
// quarantine's name and content. For an executor of its own, as every kind that writes inline policies.
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { QUARANTINE } from '../policies.ts';
import { wornBy } from '../worn.ts';
import { roleLifting } from './lifting.ts';
import { ROLES } from './wearing.ts';

export const ROLE_INLINE_QUARANTINE_KIND = 'aws/role-inline-quarantine';

export const roleInlineQuarantine = (aws: Aws): CredentialKind =>
  wornBy(aws, ROLES, {
    kind: ROLE_INLINE_QUARANTINE_KIND,
    policy: QUARANTINE,
    way: 'inline',
    denies: { inWords: 'every session', to: ['session'] },
    off: roleLifting(aws, QUARANTINE),
  });
