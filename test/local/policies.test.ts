// deploy/aws/: what the generator makes now, the same for CloudFormation and Terraform, and within what AWS takes.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout } from '../../local/checkout.mjs';
import { FILES } from '../../local/policies/files.ts';
import { HAND_NAMES, hand } from '../../providers/aws/kinds.ts';
import { policyFor } from '../../providers/aws/permissions.ts';
import { WORN } from '../../providers/aws/policies.ts';
import { filled, template } from '../attacker/deployed.ts';

const folder = path.join(checkout, 'deploy', 'aws');
const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');

it.each(Object.keys(FILES))('%s is up to date (npm run policies)', (name) => {
  expect(text(name)).toBe(FILES[name]?.());
});

it('nothing else lies there', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(FILES).toSorted());
});

const account = '111122223333';
const WORKER = 'arn:aws-cn:iam::444455556666:role/worker';
const everyWorker = Object.fromEntries(
  Object.keys(template().Parameters)
    .filter((name) => name.endsWith('Worker'))
    .map((name) => [name, WORKER]),
);
const given = {
  ...everyWorker,
  ExternalId: 'an-id',
  Users: 'deploy-*',
  IssuesFor: 'deploy-*',
  Secrets: 'x/*',
};
const all = filled(given, { account, partition: 'aws-cn' });

describe('the template', () => {
  it('has a role for every hand, with what its kinds declare and no more', () => {
    expect(all.roles.map(({ RoleName }) => RoleName)).toEqual(HAND_NAMES.map((name) => `custody-${name}`));
    for (const name of HAND_NAMES) {
      const { kinds, verbs } = hand(name);
      const actions = (statements: readonly { Action: string[] }[]) =>
        statements.flatMap(({ Action }) => Action).toSorted();
      const [{ PolicyDocument } = { PolicyDocument: { Statement: [] } }] =
        all.roles.find(({ RoleName }) => RoleName === `custody-${name}`)?.Policies ?? [];
      expect(actions(PolicyDocument.Statement), name).toEqual(
        actions(policyFor(kinds, verbs, { account }).Statement),
      );
    }
  });

  it('has the policies that custody attaches, word for word', () => {
    expect(all.policies).toEqual(
      WORN.map(({ name, document }) => ({ ManagedPolicyName: name, PolicyDocument: document })),
    );
  });

  it('leaves nothing open, and names no other partition', () => {
    expect(JSON.stringify(all)).not.toMatch(/\$\{|arn:aws:/);
  });

  it('makes no role for whom no worker is named, and the automatic quarantine with its role alone', () => {
    const { roles, policies } = filled({ ExternalId: 'an-id', CutsWorker: WORKER }, { account });
    expect(roles.map(({ RoleName }) => RoleName)).toEqual(['custody-cuts']);
    expect(policies).toHaveLength(WORN.length - 1);
  });

  it('lets nobody become a role without the external id', () => {
    for (const { AssumeRolePolicyDocument } of all.roles)
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Principal: { AWS: WORKER },
            Condition: { StringEquals: { 'sts:ExternalId': 'an-id' } },
          },
          { Action: 'sts:TagSession', Principal: { AWS: WORKER } },
        ],
      });
  });

  it('keeps those who cut and those who issue apart', () => {
    const of = (name: string) => JSON.stringify(all.roles.find(({ RoleName }) => RoleName === name));
    expect(of('custody-cuts')).not.toMatch(/CreateAccessKey|PutSecretValue|GetSecretValue|PutRolePolicy/);
    expect(of('custody-issues')).not.toMatch(/AttachUserPolicy|UpdateAccessKey|PutRolePolicy/);
    expect(of('custody-issues')).toContain('"aws:ResourceTag/custody:reissue":["true"]');
  });

  it('stays within what AWS takes', () => {
    for (const { Policies } of all.roles)
      expect(JSON.stringify(Policies[0].PolicyDocument).length).toBeLessThan(10_240);
    for (const { PolicyDocument } of all.policies)
      expect(JSON.stringify(PolicyDocument).length).toBeLessThan(6_144);
    expect(text('custody.template.json').length).toBeLessThan(51_200);
  });
});

/** The text of each `jsonencode(…)`: JSON as it stands. */
function encoded(hcl: string): string[] {
  return hcl
    .split('jsonencode(')
    .slice(1)
    .map((rest) => {
      let depth = 0;
      let quoted = false;
      for (let at = 0; at < rest.length; at += 1) {
        const one = rest[at];
        if (quoted && one === '\\') at += 1;
        else if (one === '"') quoted = !quoted;
        else if (!quoted && one === '{') depth += 1;
        else if (!quoted && one === '}') {
          depth -= 1;
          if (depth === 0) return rest.slice(0, at + 1);
        }
      }
      throw new Error('a document without an end');
    });
}

describe('Terraform', () => {
  const values: Record<string, string> = {
    'data.aws_caller_identity.here.account_id': account,
    'data.aws_partition.here.partition': 'aws-cn',
  };
  for (const [name, value] of Object.entries({ ...defaults(), ...given }))
    values[`var.${name.replace(/\B[A-Z]/g, '_$&').toLowerCase()}`] = value;

  it('has the same documents', () => {
    const documents = encoded(text('custody.tf')).map((json) =>
      JSON.parse(
        json.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => values[name] ?? `NOT KNOWN: ${name}`),
      ),
    );
    expect(documents).toEqual([
      ...all.policies.map(({ PolicyDocument }) => PolicyDocument),
      ...all.roles.flatMap(({ AssumeRolePolicyDocument, Policies }) => [
        AssumeRolePolicyDocument,
        Policies[0].PolicyDocument,
      ]),
    ]);
  });

  it('has the same names and variables', () => {
    const hcl = text('custody.tf');
    const named = [...hcl.matchAll(/^ {2}name +=\s"(.+)"$/gm)].map(([, name]) => name);
    expect(new Set(named)).toEqual(
      new Set([
        ...all.policies.map(({ ManagedPolicyName }) => ManagedPolicyName),
        ...all.roles.map(({ RoleName }) => RoleName),
        'custody',
      ]),
    );
    const variables = [...hcl.matchAll(/^variable "(.+)" \{$/gm)].map(([, name]) => `var.${name}`);
    expect(variables.toSorted()).toEqual(
      Object.keys(values)
        .filter((name) => name.startsWith('var.'))
        .toSorted(),
    );
  });
});

function defaults(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(template().Parameters).map(([name, { Default }]) => [name, Default ?? '']),
  );
}
