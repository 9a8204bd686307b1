// What an owner's executor is told of its secrets: read from its policy.yaml and its environment, refused where it would send a new value
// astray, and carried out as it is written.
import { afterEach, describe, expect, it } from 'vitest';
import { executorPolicySchema } from '../../authority/policy.schema.ts';
import { ruleFor, tellAll } from '../../providers/secrets/rule.ts';
import { secretRulesOf } from '../../workers/secret-rules.ts';
import { githubStub } from '../attacker/github-stub.ts';

const policy = (secrets: unknown) =>
  executorPolicySchema.safeParse({
    version: 1,
    executor: 'owner-aws',
    provider: 'aws',
    accounts: ['123456789012'],
    kinds: ['aws/generated-secret'],
    gates: { act: { quorum: 1, parties: ['soc'] } },
    secrets,
  });

const said = (secrets: unknown): string =>
  (policy(secrets).error?.issues ?? [])
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('\n');

const parsed = (secrets: unknown) => policy(secrets).data?.secrets;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const github = { repository: 'acme/shop', secret: 'TOKEN', tokenFrom: 'SHOP_GITHUB_TOKEN' };
const consumers = (...of: unknown[]) => [{ secret: 'shop/token', consumers: of }];
const tested = (test: unknown) => [{ secret: 'shop/token', test }];

describe('policy.yaml refuses', () => {
  it.each([
    [
      'an address without TLS',
      tested({ url: 'http://shop.example.com/', header: 'x-token' }),
      /begins with https/,
    ],
    [
      'a user in an address',
      tested({ url: 'https://me:pw@shop.example.com/', header: 'x-token' }),
      /without a user/,
    ],
    [
      'a test that says not where the value goes',
      tested({ url: 'https://shop.example.com/' }),
      /either `header` or `body`/,
    ],
    [
      'a test that says two places',
      tested({ url: 'https://shop.example.com/', header: 'a', body: 'b' }),
      /either `header` or `body`/,
    ],
    ['a program that is looked for', tested({ command: ['check'] }), /whole path/],
    [
      'a token itself',
      consumers({ githubActions: { ...github, tokenFrom: 'github_pat_1' } }),
      /name of an environment variable/,
    ],
    [
      'a repository without an owner',
      consumers({ githubActions: { ...github, repository: 'shop' } }),
      /owner\/name/,
    ],
    [
      'a webhook that goes nowhere',
      consumers({ webhook: { name: 'deployer', secretFrom: 'HOOK' } }),
      /either `url`/,
    ],
  ])('%s', (_, secrets, says) => {
    expect(said(secrets)).toMatch(says);
  });
});

describe('the rules', () => {
  it('are found by name and by ARN', () => {
    const rules = secretRulesOf(parsed([{ secret: 'shop/token' }, { secret: 'shop/token-2' }]), {});
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/token-2-AbC1d2';
    expect(ruleFor(rules, arn)?.secret).toBe('shop/token-2');
    expect(ruleFor(rules, 'shop/token')?.secret).toBe('shop/token');
    expect(ruleFor(rules, 'shop/other')).toBeUndefined();
  });

  it.each([
    [consumers({ githubActions: github }), {}, 'SHOP_GITHUB_TOKEN'],
    [
      consumers({ webhook: { name: 'deployer', url: 'https://x.example.com/', secretFrom: 'HOOK' } }),
      {},
      'HOOK',
    ],
    [
      consumers({ webhook: { name: 'deployer', urlFrom: 'HOOK_URL', secretFrom: 'HOOK' } }),
      { HOOK: `whsec_${Buffer.alloc(24).toString('base64')}` },
      'HOOK_URL',
    ],
  ])('name what the environment lacks: %j', (secrets, environment, missing) => {
    expect(() => secretRulesOf(parsed(secrets), environment)).toThrow(`${missing}, which is not set`);
  });

  it('bring a member of the value to GitHub, with the token of the environment', async () => {
    const stub = await githubStub();
    stops.push(stub.stop);
    const secrets = consumers({ githubActions: { ...github, api: stub.api, field: 'token' } });
    const [rule] = secretRulesOf(parsed(secrets), { SHOP_GITHUB_TOKEN: stub.token });
    const news = {
      secret: 'shop/token',
      versionId: 'v2',
      value: JSON.stringify({ token: 'new', user: 'shop' }),
    };
    expect(await tellAll(rule?.consumers ?? [], news)).toBe('GitHub Actions secret TOKEN of acme/shop');
    expect([...stub.secrets]).toEqual([['acme/shop TOKEN', 'new']]);
    expect(stub.wire.join()).not.toContain('"new"');
  });

  it('prove a value by the program that they name', async () => {
    const secrets = tested({ command: [process.execPath, '-e', 'process.exit(4)'] });
    const [rule] = secretRulesOf(parsed(secrets), {});
    expect(await rule?.test?.('x')).toEqual({ not: `${process.execPath} ended with 4` });
  });
});
