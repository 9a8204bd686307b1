// aws/service-specific-credential: deactivate a password or API key that works with one service: CodeCommit, Keyspaces, Bedrock.
// It is a bearer's, so no deny on sessions stops it: only the quarantine, and this.
import { UpdateServiceSpecificCredentialCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { deactivatedKind } from './deactivated.ts';
import { serviceCredentialsOf } from './ways-in.ts';

export const serviceSpecificCredential = (aws: Aws): CredentialKind =>
  deactivatedKind(aws, {
    kind: 'aws/service-specific-credential',
    idField: 'serviceSpecificCredentialId',
    inWords: 'service-specific credential',
    permissions: {
      read: ['iam:ListServiceSpecificCredentials'],
      write: 'iam:UpdateServiceSpecificCredential',
    },
    list: (userName) => serviceCredentialsOf(aws, userName),
    deactivate: (UserName, ServiceSpecificCredentialId) =>
      aws.iam.send(
        new UpdateServiceSpecificCredentialCommand({
          UserName,
          ServiceSpecificCredentialId,
          Status: 'Inactive',
        }),
      ),
  });
