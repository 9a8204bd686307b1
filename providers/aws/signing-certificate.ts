// aws/signing-certificate: deactivate a signing certificate, by which the user signs calls of old interfaces.
import { UpdateSigningCertificateCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { deactivatedKind } from './deactivated.ts';
import { certificatesOf } from './ways-in.ts';

export const signingCertificate = (aws: Aws): CredentialKind =>
  deactivatedKind(aws, {
    kind: 'aws/signing-certificate',
    idField: 'certificateId',
    inWords: 'signing certificate',
    permissions: { read: ['iam:ListSigningCertificates'], write: 'iam:UpdateSigningCertificate' },
    list: (userName) => certificatesOf(aws, userName),
    deactivate: (UserName, CertificateId) =>
      aws.iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status: 'Inactive' })),
  });
