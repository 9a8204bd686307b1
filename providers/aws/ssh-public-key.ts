// aws/ssh-public-key: deactivate an SSH key, by which the user reaches repositories of CodeCommit.
import { UpdateSSHPublicKeyCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { deactivatedKind } from './deactivated.ts';
import { sshKeysOf } from './ways-in.ts';

export const sshPublicKey = (aws: Aws): CredentialKind =>
  deactivatedKind(aws, {
    kind: 'aws/ssh-public-key',
    idField: 'sshPublicKeyId',
    inWords: 'SSH key',
    permissions: { read: ['iam:ListSSHPublicKeys'], write: 'iam:UpdateSSHPublicKey' },
    list: (userName) => sshKeysOf(aws, userName),
    deactivate: (UserName, SSHPublicKeyId) =>
      aws.iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' })),
  });
