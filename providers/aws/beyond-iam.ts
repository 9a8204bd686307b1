// Identities that no call of IAM can change, each with who can, and what else would help. One table; the first row that fits speaks.
import type { Identity } from '../../domain/identity/identity.ts';

export interface Asked extends Pick<Identity, 'kind' | 'reference'> {
  /** Of a role; left out where it was not read. */
  path?: string;
}

interface Row {
  fits(asked: Asked): boolean;
  says(asked: Asked): string;
}

const isRole = ({ kind }: Asked) => kind === 'iam-role';

const TABLE: readonly Row[] = [
  {
    fits: ({ kind }) => kind === 'root',
    says: () =>
      "IAM cannot change the account's root user: whoever has its mailbox and MFA device must, or for an account of an organisation the team that manages it. What helps: change its password, delete its access keys, renew its MFA device; from the organisation, remove root's credentials centrally (AssumeRoot), or deny aws:PrincipalArn of root by a service control policy; where nobody gets in, AWS Support.",
  },
  {
    fits: (asked) => isRole(asked) && asked.path?.startsWith('/aws-service-role/') === true,
    says: ({ reference, path = '' }) =>
      `The role ${reference} is linked to a service (${path.split('/')[2] ?? 'AWS'}), and only that service can become it or change it: nothing can be attached to it. What helps: find what has the service act, and take that away; deny the service's actions by a policy of the organisation; or remove what needs the role in the service, which then deletes it.`,
  },
  {
    fits: (asked) =>
      isRole(asked) &&
      (asked.path?.startsWith('/aws-reserved/') === true || asked.reference.startsWith('AWSReservedSSO_')),
    says: ({ reference }) =>
      `The role ${reference} belongs to IAM Identity Center, and IAM cannot change it: whoever runs Identity Center must. What helps: disable the user there, remove its assignments, end its sessions, and put a deny with aws:TokenIssueTime into the inline policy of the permission set; sessions that it gave out live up to twelve hours.`,
  },
  {
    fits: ({ kind }) => kind === 'federated-user',
    says: ({ reference }) =>
      `The federated session ${reference} was made with the key of an IAM user (GetFederationToken) and is nothing that IAM could change: whoever runs the program that made it must act. What helps: open an incident about that IAM user, whose cut ends its federated sessions too (CloudTrail names it: the issuer in userIdentity.sessionContext); until then it lives up to 36 hours.`,
  },
];

/** null: IAM can change it. */
export const whoElseChanges = (asked: Asked): string | null =>
  TABLE.find(({ fits }) => fits(asked))?.says(asked) ?? null;
