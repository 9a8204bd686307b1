// aws/restriction: let a user go on working, and deny it what a thief would spread by, by attaching `custody-restricted`. For what must
// not stand still until its new key works; it comes off by the same rule as a quarantine.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { lifting } from './lifting.ts';
import { RESTRICTED } from './policies.ts';
import { wornKind } from './worn.ts';

/** What a thief would do first: a key of its own, a role, the other secrets. */
export const SPREADING = ['iam:CreateAccessKey', 'sts:AssumeRole', 'secretsmanager:GetSecretValue'] as const;

export const restriction = (aws: Aws): CredentialKind =>
  wornKind(aws, {
    kind: 'aws/restriction',
    policy: RESTRICTED,
    denies: {
      inWords: 'new keys, roles and secrets to key and session',
      to: ['key', 'session'],
      actions: SPREADING,
    },
    off: lifting(aws, RESTRICTED),
  });
