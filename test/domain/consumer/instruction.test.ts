// What an owner does for each consumer of a new version: words, and commands that a shell takes apart as they are meant, whatever was named.
import { execFileSync } from 'node:child_process';
import { assert, constantFrom, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Consumer, consumerSchema } from '../../../domain/consumer/consumer.schema.ts';
import { instructionFor } from '../../../domain/consumer/instruction.ts';

const NEW = { handle: 'k3j2h4g5f6', secret: 'prod/shop', versionId: '4f9c2d1e-0000-4000-8000-00000000abcd' };
const say = (consumer: unknown, more: Partial<typeof NEW> = {}) =>
  instructionFor(consumerSchema.parse(consumer), { ...NEW, ...more });

/** As a shell would hand them to the program. */
const words = (instruction: string): string[] => {
  const command = instruction.slice(instruction.indexOf(': ') + 2);
  const said = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  return said.trimEnd().split('\n');
};

const DEPLOYMENT = { kubernetes: { namespace: 'shop', deployment: 'api' } };
const EXTERNAL = { externalSecret: { namespace: 'shop', name: 'shop-db' } };
const JOBS = { githubActions: { repository: 'acme/shop' } };

describe('the instruction of a consumer', () => {
  it('restarts a deployment by annotations that name the incident and the version', () => {
    const said = say(DEPLOYMENT);
    expect(said).toMatch(/^Have the deployment api in shop take the new version 4f9c2d1e-\S+ of prod\/shop/);
    const [program, ...args] = words(said);
    expect([program, ...args.slice(0, -1)]).toEqual([
      'kubectl',
      '--namespace',
      'shop',
      'patch',
      'deployment',
      'api',
      '--patch',
    ]);
    expect(JSON.parse(args.at(-1) ?? '')).toEqual({
      spec: {
        template: {
          metadata: { annotations: { 'custody/incident': NEW.handle, 'custody/version': NEW.versionId } },
        },
      },
    });
  });

  it.each([
    [
      EXTERNAL,
      [
        'kubectl',
        '--namespace',
        'shop',
        'annotate',
        'externalsecret',
        'shop-db',
        `force-sync=${NEW.versionId}`,
        '--overwrite',
      ],
    ],
    [JOBS, ['gh', 'secret', 'list', '--repo', 'acme/shop']],
    [
      { githubActions: { ...JOBS.githubActions, environment: 'production' } },
      ['gh', 'secret', 'list', '--repo', 'acme/shop', '--env', 'production'],
    ],
  ])('%j has the command', (consumer, command) => {
    expect(words(say(consumer))).toEqual(command);
  });

  it.each([
    [{ aws: { service: 'ecs', name: 'shop-api' } }, /^Have shop-api \(ECS\) take .*force a new deployment/],
    [{ aws: { service: 'lambda', name: 'billing' } }, /^Have billing \(Lambda\) take .*running environments/],
    [{ other: 'the till in Basel' }, /^See that the till in Basel takes the new version/],
  ])('%j has words', (consumer, said) => {
    expect(say(consumer)).toMatch(said);
  });

  it('no id that an executor may send is taken for anything else by a shell', () => {
    const label = stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
    assert(
      property(string(), string(), label, constantFrom('patch', 'sync'), (versionId, handle, name, which) => {
        const consumer: Consumer =
          which === 'patch'
            ? { kubernetes: { namespace: name, deployment: name } }
            : { externalSecret: { namespace: name, name } };
        const got = words(say(consumer, { versionId, handle }));
        expect(got).toHaveLength(8);
        expect(got.slice(0, 3)).toEqual(['kubectl', '--namespace', name]);
      }),
      { numRuns: Number(process.env['CUSTODY_RUNS'] ?? 50) },
    );
  });
});

describe('who is named', () => {
  it.each([
    ['a namespace that a shell would read', { kubernetes: { namespace: 'a;b', deployment: 'x' } }],
    ['a name with a space', { externalSecret: { namespace: 'a', name: 'b c' } }],
    ['a branch with a wildcard', { githubActions: { repository: 'a/b', branch: '*' } }],
    ['a repository without its owner', { githubActions: { repository: 'shop' } }],
    ['an issuer that is no cluster’s', { kubernetes: { ...DEPLOYMENT.kubernetes, issuer: 'evil.example' } }],
    ['two at once', { ...DEPLOYMENT, ...EXTERNAL }],
    ['nobody', { as: 'arn:aws:iam::123456789012:role/x' }],
  ])('%s is refused', (_, consumer) => {
    expect(consumerSchema.safeParse(consumer).success).toBe(false);
  });
});
