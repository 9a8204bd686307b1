// deploy/aws/custody.template.json: a stack, or a stack set over many accounts (IAM is global: one region of each). JSON, because what
// the policies contain is compared word for word, and YAML has more than one mind about words such as `false`.
import {
  camel,
  type DeployedPolicy,
  type DeployedRole,
  deployedPolicies,
  deployedRoles,
  EXTERNAL_ID,
  type Parameter,
  PARAMETERS,
  type Places,
} from './roles.ts';

const PLACES: Places = {
  account: '${AWS::AccountId}',
  partition: '${AWS::Partition}',
  of: ({ name }) => `\${${name}}`,
};

const isThere = ({ name }: Parameter): string => `${name}IsNamed`;

export function cloudFormationText(): string {
  const roles = deployedRoles(PLACES);
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'custody: the policies that it attaches, and the roles that its workers become in this account. Generated (npm run policies). Let nobody but the deployment change them.',
    Parameters: Object.fromEntries(PARAMETERS.map((one) => [one.name, parameter(one)])),
    Conditions: Object.fromEntries(
      roles.map(({ worker }) => [
        isThere(worker),
        { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: worker.name }, ''] }] },
      ]),
    ),
    Resources: Object.fromEntries([...deployedPolicies().map(managedPolicy), ...roles.map(role)]),
  };
  return `${JSON.stringify(template, null, 1)}\n`;
}

const parameter = ({ name, says, otherwise }: Parameter) => ({
  Type: 'String',
  Description: says,
  ...(otherwise === undefined ? {} : { Default: otherwise }),
  // As AWS has it.
  ...(name === EXTERNAL_ID.name ? { AllowedPattern: '[\\w+=,.@:/-]{2,1224}' } : {}),
});

const managedPolicy = ({ name, document, onlyWith }: DeployedPolicy): [string, object] => [
  camel(name),
  {
    Type: 'AWS::IAM::ManagedPolicy',
    ...(onlyWith === null ? {} : { Condition: isThere(onlyWith) }),
    Properties: { ManagedPolicyName: name, PolicyDocument: document },
  },
];

const role = ({ name, says, worker, trust, policy }: DeployedRole): [string, object] => [
  camel(name),
  {
    Type: 'AWS::IAM::Role',
    Condition: isThere(worker),
    Properties: {
      RoleName: name,
      Description: says,
      AssumeRolePolicyDocument: substituted(trust),
      Policies: [{ PolicyName: 'custody', PolicyDocument: substituted(policy) }],
    },
  },
];

/** What has a place in it is filled in by CloudFormation. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, substituted(of)]));
}
