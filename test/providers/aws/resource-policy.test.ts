import { describe, expect, it } from 'vitest';
import { resourcePolicyOf } from '../../../providers/aws/resource-policy.ts';

const USER = 'arn:aws:iam::123456789012:user/deploy-robot';
const READ = 'secretsmanager:GetSecretValue';

const policy = (...Statement: object[]) =>
  resourcePolicyOf(JSON.stringify({ Version: '2012-10-17', Statement }));
const allow = (more: object) => policy({ Effect: 'Allow', Action: READ, Resource: '*', ...more });
const deny = (more: object) => policy({ Effect: 'Deny', Action: READ, Resource: '*', ...more });

describe('the resource policy of a secret may admit the user', () => {
  it.each([
    ['by name', { Principal: { AWS: USER } }],
    ['among others', { Principal: { AWS: ['arn:aws:iam::123456789012:role/reader', USER] } }],
    ['as anybody', { Principal: '*' }],
    ['as any AWS identity', { Principal: { AWS: '*' } }],
    ['as not somebody else', { NotPrincipal: { AWS: 'arn:aws:iam::123456789012:user/other' } }],
    ['by a wildcard', { Principal: { AWS: USER }, Action: ['s3:*', 'SecretsManager:get*'] }],
    ['by what it leaves out', { Principal: { AWS: USER }, Action: undefined, NotAction: 's3:*' }],
    ['under a condition', { Principal: '*', Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }],
  ])('%s', (_, more) => {
    expect(allow(more).mayAdmit(USER, READ)).toBe(true);
  });

  it.each([
    ['where it names another', { Principal: { AWS: 'arn:aws:iam::123456789012:role/reader' } }],
    ['where it delegates to the account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['where it names a service', { Principal: { Service: 'lambda.amazonaws.com' } }],
    ['where it allows another call', { Principal: '*', Action: 'secretsmanager:DescribeSecret' }],
  ])('not %s', (_, more) => {
    expect(allow(more).mayAdmit(USER, READ)).toBe(false);
  });

  it('not where there is none, and where it cannot be read', () => {
    expect(resourcePolicyOf(undefined).mayAdmit(USER, READ)).toBe(false);
    expect(resourcePolicyOf('no JSON').mayAdmit(USER, READ)).toBe(true);
  });
});

describe('the resource policy of a secret denies outright', () => {
  it.each([
    ['by name', { Principal: { AWS: USER } }],
    ['as anybody, in one statement', { Principal: '*', Action: '*' }],
  ])('%s', (_, more) => {
    expect(deny(more).deniesOutright(USER, READ)).toBe(true);
    expect(deny(more).mayAdmit(USER, READ)).toBe(false);
  });

  it.each([
    ['under a condition', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    ['for another', { Principal: { AWS: 'arn:aws:iam::123456789012:user/other' } }],
    ['for all but some', { NotPrincipal: { AWS: 'arn:aws:iam::123456789012:user/other' } }],
    ['for all calls but some', { Principal: '*', Action: undefined, NotAction: 's3:*' }],
  ])('not %s', (_, more) => {
    expect(deny(more).deniesOutright(USER, READ)).toBe(false);
  });
});
