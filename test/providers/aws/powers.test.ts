// What counts as a power over everything, statement by statement.
import { describe, expect, it } from 'vitest';
import { admits, forbids, POWERS, reachOf } from '../../../providers/aws/powers.ts';
import { type Statement, statementsOf } from '../../../providers/aws/statement.ts';

const user = {
  userName: 'deploy-robot',
  arn: 'arn:aws:iam::123456789012:user/deploy-robot',
  boundary: null,
  passwordUsedAt: null,
};
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

const read = (statement: unknown): Statement[] =>
  statementsOf(encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statement }))) ?? [];

/** The first power that counts, or where it reaches roles that are not known. */
function powerIn(statement: unknown): string | null {
  const found = POWERS.flatMap((power) =>
    read(statement).map((one) => [power.action, reachOf(power, one, user)] as const),
  );
  const power = found.find(([, reach]) => reach === 'power');
  return power?.[0] ?? (found.some(([, reach]) => reach === 'some roles') ? 'some roles' : null);
}

const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
});

describe('a statement', () => {
  it.each([
    ['everything', allow('*'), 'iam:AttachUserPolicy'],
    ['all of IAM', allow('iam:*'), 'iam:AttachUserPolicy'],
    ['all that puts policies', allow('iam:Put*'), 'iam:PutUserPolicy'],
    ['one of a list', [allow(['s3:GetObject', 'iam:PutRolePolicy'])], 'iam:PutRolePolicy'],
    [
      'a policy version of one policy',
      allow('iam:CreatePolicyVersion', 'arn:aws:iam::1:policy/x'),
      'iam:CreatePolicyVersion',
    ],
    ['all but one service', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'iam:AttachUserPolicy'],
    [
      'all but IAM, as PowerUserAccess',
      { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      'sts:AssumeRole',
    ],
    [
      'a condition does not help',
      { ...allow('iam:*'), Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      'iam:AttachUserPolicy',
    ],
    ['keys of everybody', allow('iam:CreateAccessKey'), 'iam:CreateAccessKey'],
    [
      'keys of another',
      allow('iam:CreateAccessKey', 'arn:aws:iam::123456789012:user/root-robot'),
      'iam:CreateAccessKey',
    ],
    [
      'keys of all but some',
      { Effect: 'Allow', Action: 'iam:CreateAccessKey', NotResource: user.arn },
      'iam:CreateAccessKey',
    ],
    ['passing every role', allow('iam:PassRole', role('*')), 'iam:PassRole'],
    ['becoming every role', allow('sts:AssumeRole'), 'sts:AssumeRole'],
    ['becoming every role of any account', allow('sts:*', 'arn:aws:iam::*:role/*'), 'sts:AssumeRole'],
    ['passing one role', allow('iam:PassRole', role('deployer')), 'some roles'],
    ['becoming roles of one name', allow('sts:AssumeRole', [role('deploy-*'), role('x')]), 'some roles'],
    ['keys of its own', allow('iam:*AccessKey*', user.arn), null],
    ['keys of whoever asks', allow('iam:*AccessKey*', 'arn:aws:iam::*:user/${aws:username}'), null],
    ['reading', allow(['iam:Get*', 'iam:List*', 's3:*']), null],
    ['a deny', { Effect: 'Deny', Action: '*', Resource: '*' }, null],
  ])('%s', (_, statement, power) => {
    expect(powerIn(statement)).toBe(power);
  });
});

describe('a deny', () => {
  const deny = (rest: object) => read({ Effect: 'Deny', Action: 'iam:*', Resource: '*', ...rest });
  it('counts only where it holds in every circumstance', () => {
    expect(forbids(deny({}), 'iam:PutUserPolicy')).toBe(true);
    expect(forbids(deny({}), 'sts:AssumeRole')).toBe(false);
    expect(forbids(deny({ Condition: { Bool: {} } }), 'iam:PutUserPolicy')).toBe(false);
    expect(forbids(deny({ Resource: 'arn:aws:iam::1:user/x' }), 'iam:PutUserPolicy')).toBe(false);
    expect(forbids(deny({ Resource: undefined, NotResource: '*' }), 'iam:PutUserPolicy')).toBe(false);
    expect(forbids(read(allow('*')), 'iam:PutUserPolicy')).toBe(false);
  });
});

it('a boundary admits what it allows and does not forbid', () => {
  expect(admits(read(allow('s3:*')), 'iam:PutUserPolicy')).toBe(false);
  expect(admits(read(allow('*')), 'iam:PutUserPolicy')).toBe(true);
  expect(
    admits(read([allow('*'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }]), 'iam:PutUserPolicy'),
  ).toBe(false);
});

describe('a document that cannot be understood is no empty one', () => {
  it.each([
    ['nothing', undefined],
    ['no JSON', 'Effect: Allow'],
    ['an escape cut short', '%7'],
    ['null', 'null'],
    ['no statement', '{}'],
    ['an unknown effect', '{"Statement":{"Effect":"Perhaps","Action":"*","Resource":"*"}}'],
    ['no action', '{"Statement":{"Effect":"Allow","Resource":"*"}}'],
    ['no resource', '{"Statement":{"Effect":"Allow","Action":"*"}}'],
    ['an odd action', '{"Statement":{"Effect":"Allow","Action":[7],"Resource":"*"}}'],
    ['one of two', '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"},7]}'],
  ])('%s', (_, document) => {
    expect(statementsOf(document)).toBeNull();
  });

  it('while one that can names its statements', () => {
    const names = read([{ ...allow('*'), Sid: 'Admin' }, allow('s3:*')]).map(({ name }) => name);
    expect(names).toEqual(['Admin', '2']);
  });
});
