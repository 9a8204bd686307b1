// Deploys deploy/aws/custody.template.json into an account of the emulator by IAM's calls, as CloudFormation would: parameters put in,
// what a condition leaves out left out. What is not understood of a template is an error.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { checkout } from '../../local/checkout.mjs';
import { asTheEmulatorReadsIt } from '../../local/demo/estate.ts';
import type { PolicyDocument } from '../../providers/aws/permissions.ts';

interface Template {
  Parameters: Record<string, { Default?: string }>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, { Type: string; Condition?: string; Properties: Record<string, unknown> }>;
}

export interface DeployedRole {
  RoleName: string;
  AssumeRolePolicyDocument: object;
  Policies: [{ PolicyName: string; PolicyDocument: PolicyDocument }];
}
export interface DeployedPolicy {
  ManagedPolicyName: string;
  PolicyDocument: object;
}

export interface Filled {
  roles: DeployedRole[];
  policies: DeployedPolicy[];
}

export const template = (): Template =>
  JSON.parse(readFileSync(path.join(checkout, 'deploy', 'aws', 'custody.template.json'), 'utf8')) as Template;

/** `partition` and `account`: CloudFormation's own. */
export function filled(
  parameters: Record<string, string>,
  { account, partition = 'aws' }: { account: string; partition?: string },
): Filled {
  const { Parameters, Conditions, Resources } = template();
  const own = { 'AWS::AccountId': account, 'AWS::Partition': partition };
  const given = Object.entries(Parameters).map(([name, { Default }]) => {
    const value = parameters[name] ?? Default;
    if (value === undefined) throw new Error(`the parameter ${name} must be given`);
    return [name, value] as const;
  });
  const values: Record<string, string> = { ...own, ...Object.fromEntries(given) };
  const valueOf = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template has no parameter ${name}`);
    return value;
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, of] = ['', undefined], ...more] = Object.entries(value);
    if (name === 'Fn::Sub' && more.length === 0)
      return String(of).replaceAll(/\$\{([^}]+)\}/g, (_, inner: string) => valueOf(inner));
    if (name === 'Ref' && more.length === 0) return valueOf(String(of));
    if (name === 'Fn::Equals') {
      const [one, other] = (of as unknown[]).map(resolve);
      return one === other;
    }
    if (name === 'Fn::Not') return (of as unknown[]).map(resolve)[0] !== true;
    if (name.startsWith('Fn::')) throw new Error(`${name} is not understood`);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
  };
  const there = Object.values(Resources).filter(
    ({ Condition }) => Condition === undefined || resolve(Conditions[Condition]) === true,
  );
  const of = <T>(type: string) =>
    there.filter(({ Type }) => Type === type).map(({ Properties }) => resolve(Properties) as T);
  return { roles: of('AWS::IAM::Role'), policies: of('AWS::IAM::ManagedPolicy') };
}

export async function deploy(iam: IAMClient, { roles, policies }: Filled): Promise<void> {
  for (const { ManagedPolicyName: PolicyName, PolicyDocument } of policies)
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }));
  for (const { RoleName, AssumeRolePolicyDocument, Policies } of roles) {
    const trust = JSON.stringify(AssumeRolePolicyDocument);
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    await allowed(iam, RoleName, Policies[0].PolicyDocument);
  }
}

/** All that the role may from now on. */
export async function allowed(iam: IAMClient, RoleName: string, policy: PolicyDocument): Promise<void> {
  const PolicyDocument = JSON.stringify(asTheEmulatorReadsIt(policy));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'custody', PolicyDocument }));
}

/** Without this one. */
export const lacking = (policy: PolicyDocument, action: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.map((one) => ({
    ...one,
    Action: one.Action.filter((granted) => granted !== action),
  })).filter(({ Action }) => Action.length > 0),
});
