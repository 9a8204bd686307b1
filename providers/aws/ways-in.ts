// Every way in that a user has: what a quarantine stops, and what comes back when it is lifted.
import {
  GetLoginProfileCommand,
  ListServiceSpecificCredentialsCommand,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  type ServiceSpecificCredentialMetadata,
  type SigningCertificate,
  type SSHPublicKeyMetadata,
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

async function sshKeys(aws: Aws, UserName: string): Promise<SSHPublicKeyMetadata[]> {
  const keys: SSHPublicKeyMetadata[] = [];
  for await (const page of paginateListSSHPublicKeys({ client: aws.iam }, { UserName })) {
    keys.push(...(page.SSHPublicKeys ?? []));
  }
  return keys;
}

async function signingCertificates(aws: Aws, UserName: string): Promise<SigningCertificate[]> {
  const certificates: SigningCertificate[] = [];
  for await (const page of paginateListSigningCertificates({ client: aws.iam }, { UserName })) {
    certificates.push(...(page.Certificates ?? []));
  }
  return certificates;
}

/** The SDK turns no pages for this one. */
async function serviceCredentials(aws: Aws, UserName: string): Promise<ServiceSpecificCredentialMetadata[]> {
  const credentials: ServiceSpecificCredentialMetadata[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws.iam.send(
      new ListServiceSpecificCredentialsCommand({ UserName, ...(Marker === undefined ? {} : { Marker }) }),
    );
    credentials.push(...(page.ServiceSpecificCredentials ?? []));
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return credentials;
}

/** What is not plainly inactive counts as open. */
export async function waysInOf(aws: Aws, userName: string): Promise<WayIn[]> {
  const keys = await keysOf(aws, userName);
  const login = await loginProfile(aws, userName);
  const ssh = await sshKeys(aws, userName);
  const certificates = await signingCertificates(aws, userName);
  const services = await serviceCredentials(aws, userName);

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
    ...ssh.map((key) => way('ssh-key', key.SSHPublicKeyId, key.Status, key.UploadDate)),
    ...certificates.map((one) => way('certificate', one.CertificateId, one.Status, one.UploadDate)),
    ...services.map((one) =>
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
