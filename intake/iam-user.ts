// What a detection calls an IAM user, by the credential that was named with it.

/** A session's key (ASIA…) cannot be deactivated: the user itself is the identity then, as it is without any key. */
export function iamUserKind(credentialId: string | null): 'aws-iam-user' | 'aws-iam-user-access-key' {
  return credentialId === null || credentialId.startsWith('ASIA')
    ? 'aws-iam-user'
    : 'aws-iam-user-access-key';
}
