// The KEY of an identity that somebody types where there is no incident: by its ARN, or by the KEY itself.
import { opening } from '../domain/detection/opening.ts';
import { identityOf, keyOf } from '../domain/identity/identity.ts';
import { CliFailure } from './failure.ts';

export function keyOfArn(arn: string): string {
  const { key, why } = opening({
    provider: 'aws',
    accountId: null,
    identityKind: 'aws-iam-user',
    identityRef: arn,
    credentialId: null,
    isSample: false,
  });
  if (key === null) throw new CliFailure('input', `${arn}: ${why}.`);
  return key;
}

export function keyNamed(typed: string): string {
  if (typed.startsWith('arn:')) return keyOfArn(typed);
  try {
    return keyOf(identityOf(typed));
  } catch {
    throw new CliFailure(
      'input',
      `${typed} names no identity: type its ARN, or its KEY (aws/123456789012/iam-user/deploy-robot).`,
    );
  }
}
