// deploy/aws/scp-example.json: what nobody but the deployment may do in a member account, whatever the account's own policies say.
// An example: put your deployment role in, and your partition. It leaves custody's own cuts alone.
import { WORN } from '../../providers/aws/policies.ts';

const PRIVILEGED = 'custody:privileged';
const TAGS = 'custody:*';

/** The deployment's own role. */
export const DEPLOYMENT = 'arn:aws:iam::*:role/custody-deployment';

const BY_ANYBODY_ELSE = { ArnNotLike: { 'aws:PrincipalArn': [DEPLOYMENT] } };

/** IAM's calls that write; what only reads stays free. */
const WRITES = [
  'Add',
  'Attach',
  'Create',
  'Delete',
  'Detach',
  'Put',
  'Remove',
  'Set',
  'Tag',
  'Untag',
  'Update',
];

const document = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'CustodysRolesAndPolicies',
      Effect: 'Deny',
      Action: WRITES.map((verb) => `iam:${verb}*`),
      Resource: ['arn:aws:iam::*:role/custody-*', ...WORN.map(({ name }) => `arn:aws:iam::*:policy/${name}`)],
      Condition: BY_ANYBODY_ELSE,
    },
    {
      // They choose for whom keys may be made, who is protected here, and whom the runbook asks.
      Sid: 'CustodysTags',
      Effect: 'Deny',
      Action: [
        'iam:TagUser',
        'iam:UntagUser',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:CreateUser',
        'iam:CreateRole',
      ],
      Resource: '*',
      Condition: { ...BY_ANYBODY_ELSE, 'ForAnyValue:StringLike': { 'aws:TagKeys': [TAGS] } },
    },
    {
      Sid: 'NewWaysIntoPrivilegedUsers',
      Effect: 'Deny',
      Action: [
        'iam:CreateAccessKey',
        'iam:CreateLoginProfile',
        'iam:UpdateLoginProfile',
        'iam:CreateServiceSpecificCredential',
        'iam:ResetServiceSpecificCredential',
        'iam:UploadSSHPublicKey',
        'iam:UploadSigningCertificate',
      ],
      Resource: 'arn:aws:iam::*:user/*',
      Condition: { ...BY_ANYBODY_ELSE, StringEquals: { [`aws:ResourceTag/${PRIVILEGED}`]: ['true'] } },
    },
  ],
};

export const scpText = (): string => `${JSON.stringify(document, null, 2)}\n`;
