// aws/role-trust-denied: keep whoever is the thief's way in from becoming a role again, by one statement in its trust policy. Whoever may
// write trust policies can let anybody in: this kind is for an executor of its own.
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { instant } from '../../../domain/instant/instant.ts';
import type { Step } from '../../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import { whoElseChanges } from '../beyond-iam.ts';
import type { Aws } from '../clients.ts';
import { impossible, isLimit } from '../errors.ts';
import { named, roleNameOf } from '../target.ts';
import {
  DENIED,
  deniedIn,
  isNamedIn,
  isSameSet,
  isUnderstood,
  TRUST_CHARACTERS,
  withDenied,
  withoutDenied,
} from './denied.ts';
import { isDeniable } from './in-doubt.ts';
import { findRole, ROLE_PERMISSIONS } from './roles.ts';

export const TRUST_DENIED_KIND = 'aws/role-trust-denied';

const WRITE_PERMISSIONS = [...ROLE_PERMISSIONS, 'iam:UpdateAssumeRolePolicy'] as const;

function principalsOf(step: Step, account: string): string[] {
  const principals = named(step, 'principals').split(' ');
  const wrong = principals.find((one) => !isDeniable(one, account));
  if (wrong === undefined) return principals;
  throw impossible(
    `The step ${step.id} would deny ${wrong}, which is nobody in particular: make a new plan, or deny by hand.`,
  );
}

const notUnderstood = (roleName: string): string =>
  `The trust policy of the role ${roleName} cannot be understood, or not be written back as it is, so custody changes nothing in it: mend it, then order the step again.`;

export const roleTrustDenied = (aws: Aws): CredentialKind => {
  const write = (RoleName: string, PolicyDocument: string) =>
    aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  return {
    kind: TRUST_DENIED_KIND,
    reversibility: 'reversible',
    permissions: { apply: WRITE_PERMISSIONS, undo: WRITE_PERMISSIONS, check: ROLE_PERMISSIONS },

    async apply({ plan, step }) {
      const roleName = roleNameOf(aws, { plan, step });
      const principals = principalsOf(step, aws.account);
      const role = await findRole(aws, roleName);
      if (role === null)
        throw impossible(`The role ${roleName} does not exist in the account ${aws.account}.`);
      const others = whoElseChanges({ kind: 'iam-role', reference: roleName, path: role.path });
      if (others !== null) throw impossible(others);
      const now = aws.clock.now();
      const stands = deniedIn(role.trustDocument, now);
      if (stands !== null && isSameSet(stands.principals, principals))
        return { wasSo: true, evidence: { deniedSince: stands.since } };
      const since = instant(Math.floor(now / 1_000) * 1_000);
      const document = withDenied(role.trustDocument, { principals, since });
      if (document === null) throw impossible(notUnderstood(roleName));
      const full = `The trust policy of the role ${roleName} would have ${document.length} characters, and AWS allows ${TRUST_CHARACTERS} unless the account was given more: shorten it, then order the step again, or deny them by hand where your quota is higher.`;
      if (document.length > TRUST_CHARACTERS) throw impossible(full);
      try {
        await write(roleName, document);
      } catch (error) {
        if (!isLimit(error)) throw error;
        throw impossible(full);
      }
      return { wasSo: false, evidence: { deniedSince: since } };
    },

    async undo({ plan, step }) {
      const roleName = roleNameOf(aws, { plan, step });
      const evidence = { sid: DENIED };
      const role = await findRole(aws, roleName);
      if (role === null) return { wasSo: true, evidence };
      if (!isUnderstood(role.trustDocument)) throw impossible(notUnderstood(roleName));
      if (!isNamedIn(role.trustDocument)) return { wasSo: true, evidence };
      if (deniedIn(role.trustDocument, aws.clock.now()) === null) {
        throw impossible(
          `The statement ${DENIED} in the trust policy of the role ${roleName} is not as custody writes it: find out who changed it, and take it out by hand.`,
        );
      }
      const document = withoutDenied(role.trustDocument);
      if (document === null) {
        throw impossible(
          `Nothing but ${DENIED} is left in the trust policy of the role ${roleName}, and AWS takes no empty one: write whom it lets in, then order the step again.`,
        );
      }
      await write(roleName, document);
      return { wasSo: false, evidence };
    },

    watch: 'check',

    async check({ plan, step }) {
      const roleName = roleNameOf(aws, { plan, step });
      const role = await findRole(aws, roleName);
      if (role === null) return { holds: true, saw: `The role ${roleName} does not exist any more.` };
      if (step.verb === 'undo') {
        return isUnderstood(role.trustDocument) && !isNamedIn(role.trustDocument)
          ? { holds: true, saw: `${DENIED} is out of the trust policy of the role ${roleName}.` }
          : { holds: false, saw: `The trust policy of the role ${roleName} still has ${DENIED}.` };
      }
      const stands = deniedIn(role.trustDocument, aws.clock.now());
      return stands !== null && isSameSet(stands.principals, principalsOf(step, aws.account))
        ? {
            holds: true,
            saw: `${DENIED} stands in the trust policy of the role ${roleName} since ${stands.since}.`,
          }
        : {
            holds: false,
            saw: `The trust policy of the role ${roleName} has no ${DENIED} as custody writes it, for those whom the plan names.`,
          };
    },
  };
};
