// Every way in that a user has: what a quarantine stops, and what comes back when it is lifted.
import {
  GetLoginProfileCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
} from '@aws-sdk/client-iam';
import { instant } from '../../domain/instant/instant.ts';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { isMissing } from './errors.ts';
import { KEYS_PERMISSIONS, keysOf } from './users.ts';

export type WayIn = Pick<Discovery['waysIn'][number], 'kind' | 'id' | 'status' | 'createdAt'> & {
  open: boolean;
};

export const WAYS_IN_PERMISSIONS = [
  ...KEYS_PERMISSIONS,
  'iam:GetLoginProfile',
  'iam:ListSSHPublicKeys',
  'iam:ListSigningCertificates',
  'iam:ListServiceSpecificCredentials',
] as const;

const dated = (date: Date | undefined) => (date === undefined ? null : instant(date.getTime()));

async function loginProfile(aws: Aws, userName: string): Promise<WayIn[]> {
  try {
    const { LoginProfile } = await aws.iam.send(new GetLoginProfileCommand({ UserName: userName }));
    const createdAt = dated(LoginProfile?.CreateDate);
    return [{ kind: 'login-profile', id: userName, status: 'Active', createdAt, open: true }];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Quotas keep each of these lists on one page. What is not plainly inactive counts as open. */
export async function waysInOf(aws: Aws, userName: string): Promise<WayIn[]> {
  const keys = await keysOf(aws, userName);
  const login = await loginProfile(aws, userName);
  const ssh = await aws.iam.send(new ListSSHPublicKeysCommand({ UserName: userName }));
  const certificates = await aws.iam.send(new ListSigningCertificatesCommand({ UserName: userName }));
  const services = await aws.iam.send(new ListServiceSpecificCredentialsCommand({ UserName: userName }));

  const way = (
    kind: string,
    id: string | undefined,
    status: string | undefined,
    date: Date | undefined,
  ): WayIn => ({
    kind,
    id: id ?? 'unnamed',
    status: status ?? 'unknown',
    createdAt: dated(date),
    open: status !== 'Inactive',
  });
  return [
    ...keys.map((key) => ({
      kind: 'access-key',
      id: key.accessKeyId,
      status: key.status,
      createdAt: key.createdAt,
      open: key.active,
    })),
    ...login,
    ...(ssh.SSHPublicKeys ?? []).map((key) => way('ssh-key', key.SSHPublicKeyId, key.Status, key.UploadDate)),
    ...(certificates.Certificates ?? []).map((one) =>
      way('certificate', one.CertificateId, one.Status, one.UploadDate),
    ),
    ...(services.ServiceSpecificCredentials ?? []).map((one) =>
      way('service-specific-credential', one.ServiceSpecificCredentialId, one.Status, one.CreateDate),
    ),
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  'access-key': 'access key',
  'login-profile': 'console password of',
  'ssh-key': 'SSH key',
  certificate: 'signing certificate',
  'service-specific-credential': 'service-specific credential',
};

/** `access key AKIA…, console password of deploy-robot` */
export const inWords = (ways: readonly WayIn[]): string =>
  ways.map((way) => `${WORDS[way.kind] ?? way.kind} ${way.id}`).join(', ');
