// The roles that custody's workers become in an account, and the policies that they attach there: documents with places for what differs
// from account to account. CloudFormation and Terraform each write those places in their own way, and nothing else of their own.
import { type Hand, hand } from '../../providers/aws/kinds.ts';
import { type PolicyDocument, policyFor, type PolicyScope } from '../../providers/aws/permissions.ts';
import { QUARANTINE_AUTO, type Restriction, WORN } from '../../providers/aws/policies.ts';
import { INCIDENT_TAG } from '../../providers/aws/session.ts';

export interface Parameter {
  /** In CamelCase: `CutsWorker`. */
  name: string;
  says: string;
  /** Where there is none, it must be given. */
  otherwise?: string;
}

export const EXTERNAL_ID: Parameter = {
  name: 'ExternalId',
  says: 'What a worker must name when it becomes a role (CUSTODY_EXTERNAL_ID), so that nobody else can have it act for them.',
};
const USERS: Parameter = {
  name: 'Users',
  says: 'The users that may be cut, by name or path with wildcards.',
  otherwise: '*',
};
const ROLES: Parameter = {
  name: 'Roles',
  says: 'The roles that may be cut, by name or path with wildcards.',
  otherwise: '*',
};
const SESSIONS_OF: Parameter = {
  name: 'EndsSessionsOf',
  says: "The roles whose older sessions may be ended, or whose trust policies may be given a deny, by name or path with wildcards. Whoever writes inline policies and trust policies can grant anything, and let anybody in: never custody's own among them.",
  otherwise: 'service/*',
};
const DENIES_INLINE: Parameter = {
  name: 'DeniesInline',
  says: 'The users into which a deny may be written where no attachment is free, by name or path with wildcards. Whoever writes inline policies can grant anything: no administrator among them.',
  otherwise: 'service/*',
};
const ISSUES_FOR: Parameter = {
  name: 'IssuesFor',
  says: 'The users for whom keys may be made, by name or path with wildcards: of these, those that carry the tag custody:reissue = true.',
  otherwise: '*',
};
const SECRETS: Parameter = {
  name: 'Secrets',
  says: "The secrets in which those keys are kept, or that get new values, by name with wildcards, without AWS's six letters at the end.",
  otherwise: 'custody/*',
};

export interface DeployedRole {
  hand: Hand;
  name: string;
  says: string;
  /** Who becomes it: the ARN of the worker's own role or user. Where it is empty, there is no such role. */
  worker: Parameter;
  trust: object;
  policy: PolicyDocument;
}

export interface DeployedPolicy extends Pick<Restriction, 'name' | 'document'> {
  /** Only where there is this role; null: always. */
  onlyWith: Parameter | null;
}

interface Role {
  says: string;
  scope: (place: Place) => Partial<PolicyScope>;
}

/** How a parameter is written where its value belongs. */
type Place = (parameter: Parameter) => string;

export interface Places {
  account: string;
  partition: string;
  of: Place;
}

const touching = (place: Place) => ({ users: [place(USERS)], roles: [place(ROLES)] });

const ROLES_BY_HAND: Readonly<Record<Hand, Role>> = {
  cuts: { says: 'Cuts access, and lifts what it cut.', scope: touching },
  'cuts-without-people': {
    says: 'Cuts access, without people too where its own policy lets it; then it looks for itself.',
    scope: touching,
  },
  'ends-sessions': {
    says: 'Ends older sessions of roles, and denies everything where no attachment is free, by inline policies; keeps the thief from becoming a role, by its trust policy.',
    scope: (place) => ({ roles: [place(SESSIONS_OF)], users: [place(DENIES_INLINE)] }),
  },
  issues: {
    says: 'Makes the replacement of a key, and stores it.',
    scope: (place) => ({ users: [place(ISSUES_FOR)], secrets: [place(SECRETS)] }),
  },
  rotates: {
    says: 'Makes new values for secrets, or has their own function make them.',
    scope: (place) => ({ secrets: [place(SECRETS)] }),
  },
  looks: { says: 'Looks, before and after. Read-only.', scope: () => ({}) },
};

export const camel = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** At the root path: a role with a path cannot say beforehand what it lacks, since a session's ARN does not tell the path. */
export const roleName = (of: Hand): string => `custody-${of}`;

export const PARAMETERS: readonly Parameter[] = [
  EXTERNAL_ID,
  ...(Object.keys(ROLES_BY_HAND) as Hand[]).map(workerOf),
  USERS,
  ROLES,
  SESSIONS_OF,
  DENIES_INLINE,
  ISSUES_FOR,
  SECRETS,
];

function workerOf(of: Hand): Parameter {
  return {
    name: `${camel(of)}Worker`,
    says: `The ARN of the role or user that becomes ${roleName(of)} (CUSTODY_AWS_ROLE). Empty: there is no such role here.`,
    otherwise: '',
  };
}

export function deployedRoles({ account, partition, of: place }: Places): DeployedRole[] {
  return (Object.entries(ROLES_BY_HAND) as [Hand, Role][]).map(([of, { says, scope }]) => {
    const { kinds, verbs } = hand(of);
    const self = `role/${roleName(of)}`;
    const Principal = { AWS: place(workerOf(of)) };
    const ExternalId = place(EXTERNAL_ID);
    return {
      hand: of,
      name: roleName(of),
      says,
      worker: workerOf(of),
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Become',
            Effect: 'Allow',
            Principal,
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': ExternalId } },
          },
          {
            Sid: 'MarkWithTheIncident',
            Effect: 'Allow',
            Principal,
            Action: 'sts:TagSession',
            Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': [INCIDENT_TAG] } },
          },
        ],
      },
      policy: policyFor(kinds, verbs, { account, partition, self, ...scope(place) }),
    };
  });
}

export const deployedPolicies = (): DeployedPolicy[] =>
  WORN.map(({ name, document }) => ({
    name,
    document,
    onlyWith: name === QUARANTINE_AUTO.name ? workerOf('cuts-without-people') : null,
  }));
