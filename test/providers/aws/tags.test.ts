// Tags raise and never lower, whoever wrote them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Granted } from '../../../providers/aws/granted.ts';
import { statementsOf } from '../../../providers/aws/statement.ts';
import { couldTagItself, heardFromTags } from '../../../providers/aws/tags.ts';

const user = {
  called: 'user deploy-robot',
  tagsBy: 'iam:ListUserTags',
  arn: 'arn:aws:iam::123456789012:user/deploy-robot',
};
const hear = (key: string, value: string, could = true) => heardFromTags(user, [{ key, value }], could);

describe('what a tag says', () => {
  it.each([
    ['custody:business-critical', 'businessCritical'],
    ['custody:ci-cd', 'ciCd'],
    ['custody:externally-exposed', 'externallyExposed'],
    ['custody:privileged', 'privileged'],
    ['Custody:CI-CD', 'ciCd'],
  ])('%s=true: %s', (key, fact) => {
    const evidence = `iam:ListUserTags: ${key.toLowerCase()}=true; its own policies let it write no tags`;
    expect(hear(key, 'true', false)).toEqual({ facts: [{ fact, value: true, evidence }], concerns: [] });
  });

  it.each(['false', 'no', '', 'TRUE!'])('%s counts for nothing, and that is said', (value) => {
    expect(hear('custody:privileged', value)).toEqual({
      facts: [],
      concerns: [
        `The tag custody:privileged of the user deploy-robot says "${value}" and counts for nothing: a tag can only say true.`,
      ],
    });
  });

  it.each(['custody:agent', 'custody:third-party', 'custody:human', 'custody:toString', 'team'])(
    '%s moves nothing to other hands',
    (key) => {
      expect(hear(key, 'true')).toEqual({ facts: [], concerns: [] });
    },
  );

  it('names an owner for people to ask, never as authority', () => {
    expect(hear('custody:owner', 'team-\u001b[31mred')).toEqual({
      facts: [],
      concerns: [
        'The tag custody:owner of the user deploy-robot says "team-?[31mred" (the identity itself could have written it). It is a hint whom to ask, and makes nobody the owner.',
      ],
    });
  });

  it('says where it counts: by a row of the runbook, written by somebody else', () => {
    expect(hear('custody:owner', 'team-payments', false).concerns).toEqual([
      'The tag custody:owner of the user deploy-robot says "team-payments" (its own policies let it write no tags). It makes a party the owner where the runbook has a row for it, and else is a hint whom to ask.',
    ]);
  });

  it('warns where a longer life of the key would rest on what the thief could have written', () => {
    expect(hear('custody:business-critical', 'true', true).concerns).toEqual([
      expect.stringMatching(/rests on a tag that it could have written itself/),
    ]);
    expect(hear('custody:ci-cd', 'true', true).concerns).toEqual([]);
  });

  it('never lowers, whatever the tags', () => {
    const key = fc.oneof(
      fc.constantFrom('custody:business-critical', 'custody:ci-cd', 'custody:owner', 'custody:privileged'),
      fc.string(),
    );
    const value = fc.oneof(fc.constantFrom('true', 'false', 'True'), fc.string());
    const tags = fc.array(fc.record({ key, value }), { maxLength: 8 });
    fc.assert(
      fc.property(tags, fc.boolean(), (all, could) => {
        const { facts } = heardFromTags(user, all, could);
        expect(facts.filter((fact) => !fact.value)).toEqual([]);
        expect(facts.length).toBeLessThanOrEqual(all.length);
      }),
    );
  });
});

describe('whether the identity could have written it', () => {
  const granted = (statement: unknown, unread: string[] = []): Pick<Granted, 'policies' | 'unread'> => ({
    policies: [
      {
        source: 'iam:GetUserPolicy: x',
        statements: statementsOf(encodeURIComponent(JSON.stringify({ Statement: statement }))) ?? [],
      },
    ],
    unread: new Set(unread),
  });
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

  it.each([
    ['tags of every user', allow('iam:TagUser', '*'), true],
    ['its own tags', allow('iam:Tag*', user.arn), true],
    ['tags of whoever asks', allow('iam:TagUser', 'arn:aws:iam::*:user/${aws:username}'), true],
    ['tags of all but some', { Effect: 'Allow', Action: 'iam:TagUser', NotResource: user.arn }, true],
    ['any right', allow('iam:PutUserPolicy', '*'), true],
    ['a role of which nothing is known', allow('sts:AssumeRole', 'arn:aws:iam::1:role/tagger'), true],
    ['tags of another', allow('iam:TagUser', 'arn:aws:iam::123456789012:user/other'), false],
    ['reading', allow('s3:GetObject', '*'), false],
    ['a deny', { Effect: 'Deny', Action: 'iam:TagUser', Resource: '*' }, false],
  ])('%s', (_, statement, could) => {
    expect(couldTagItself(user, granted(statement))).toBe(could);
  });

  it('counts as yes where a deny stands beside it, and where something is unread', () => {
    const both = [allow('iam:TagUser', '*'), { Effect: 'Deny', Action: 'iam:TagUser', Resource: '*' }];
    expect(couldTagItself(user, granted(both))).toBe(true);
    expect(couldTagItself(user, granted(allow('s3:*', '*'), ['iam:GetPolicy is denied']))).toBe(true);
  });
});
