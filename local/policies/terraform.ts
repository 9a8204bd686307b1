// deploy/aws/custody.tf: the same as the stack, for Terraform and OpenTofu. The documents are JSON, which is an HCL expression too.
import { deployedPolicies, deployedRoles, type Parameter, PARAMETERS, type Places } from './roles.ts';

const snake = (name: string): string => name.replaceAll('-', '_');
const variable = ({ name }: Parameter): string => name.replace(/\B[A-Z]/g, '_$&').toLowerCase();

const PLACES: Places = {
  account: '${data.aws_caller_identity.here.account_id}',
  partition: '${data.aws_partition.here.partition}',
  of: (parameter) => `\${var.${variable(parameter)}}`,
};

const HEAD = `# custody: the policies that it attaches, and the roles that its workers become in this account. Generated (npm run policies). Let
# nobody but the deployment change them.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
`;

export function terraformText(): string {
  const roles = deployedRoles(PLACES);
  return [
    HEAD,
    ...PARAMETERS.map(variableBlock),
    ...deployedPolicies().map(({ name, document, onlyWith }) =>
      block(`resource "aws_iam_policy" "${snake(name)}"`, [
        ...(onlyWith === null ? [] : [countOf(onlyWith)]),
        `name   = ${JSON.stringify(name)}`,
        `policy = ${encoded(document)}`,
      ]),
    ),
    ...roles.flatMap(({ name, says, worker, trust, policy }) => [
      block(`resource "aws_iam_role" "${snake(name)}"`, [
        countOf(worker),
        `name               = ${JSON.stringify(name)}`,
        `description        = ${JSON.stringify(says)}`,
        `assume_role_policy = ${encoded(trust)}`,
      ]),
      block(`resource "aws_iam_role_policy" "${snake(name)}"`, [
        countOf(worker),
        'name   = "custody"',
        `role   = aws_iam_role.${snake(name)}[0].id`,
        `policy = ${encoded(policy)}`,
      ]),
    ]),
  ].join('\n');
}

const variableBlock = (parameter: Parameter): string =>
  block(`variable "${variable(parameter)}"`, [
    'type        = string',
    `description = ${JSON.stringify(parameter.says)}`,
    ...(parameter.otherwise === undefined ? [] : [`default     = ${JSON.stringify(parameter.otherwise)}`]),
  ]);

const countOf = (worker: Parameter): string => `count = var.${variable(worker)} == "" ? 0 : 1`;

const encoded = (document: object): string =>
  `jsonencode(${JSON.stringify(document, null, 2).replaceAll('\n', '\n  ')})`;

const block = (head: string, lines: readonly string[]): string =>
  `${head} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
