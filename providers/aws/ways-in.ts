// Every way in that a user has: what a quarantine stops, and what comes back when it is lifted.
import {
  GetLoginProfileCommand,
  ListServiceSpecificCredentialsCommand,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
} from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../domain/instant/instant.ts';
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

/** null: no console password, or no such user. */
export async function loginProfileOf(
  aws: Aws,
  UserName: string,
): Promise<{ createdAt: Instant | null } | null> {
  try {
    const { LoginProfile } = await aws.iam.send(new GetLoginProfileCommand({ UserName }));
    return { createdAt: dated(LoginProfile?.CreateDate) };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A credential that has a state. */
export interface Stated {
  id: string;
  status: string;
  createdAt: Instant | null;
}

const stated = (id: string | undefined, status: string | undefined, date: Date | undefined): Stated => ({
  id: id ?? 'unnamed',
  status: status ?? 'unknown',
  createdAt: dated(date),
});

export async function sshKeysOf(aws: Aws, UserName: string): Promise<Stated[]> {
  const keys: Stated[] = [];
  for await (const { SSHPublicKeys } of paginateListSSHPublicKeys({ client: aws.iam }, { UserName })) {
    keys.push(...(SSHPublicKeys ?? []).map((one) => stated(one.SSHPublicKeyId, one.Status, one.UploadDate)));
  }
  return keys;
}

export async function certificatesOf(aws: Aws, UserName: string): Promise<Stated[]> {
  const certificates: Stated[] = [];
  for await (const { Certificates } of paginateListSigningCertificates({ client: aws.iam }, { UserName })) {
    certificates.push(
      ...(Certificates ?? []).map((one) => stated(one.CertificateId, one.Status, one.UploadDate)),
    );
  }
  return certificates;
}

/** The SDK turns no pages for this one. */
export async function serviceCredentialsOf(aws: Aws, UserName: string): Promise<Stated[]> {
  const credentials: Stated[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws.iam.send(
      new ListServiceSpecificCredentialsCommand({ UserName, ...(Marker === undefined ? {} : { Marker }) }),
    );
    credentials.push(
      ...(page.ServiceSpecificCredentials ?? []).map((one) =>
        stated(one.ServiceSpecificCredentialId, one.Status, one.CreateDate),
      ),
    );
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return credentials;
}

/** States in which AWS refuses a credential. What is not plainly in one of them counts as open. */
export const DEAD: readonly string[] = ['Inactive', 'Expired'];

export async function waysInOf(aws: Aws, userName: string): Promise<WayIn[]> {
  const keys = await keysOf(aws, userName);
  const login = await loginProfileOf(aws, userName);
  const ssh = await sshKeysOf(aws, userName);
  const certificates = await certificatesOf(aws, userName);
  const services = await serviceCredentialsOf(aws, userName);

  const way =
    (kind: string) =>
    (one: Stated): WayIn => ({ kind, ...one, open: !DEAD.includes(one.status) });
  return [
    ...keys.map((key) => ({
      kind: 'access-key',
      id: key.accessKeyId,
      status: key.status,
      createdAt: key.createdAt,
      open: key.active,
    })),
    ...(login === null
      ? []
      : [{ kind: 'login-profile', id: idOfLogin(userName), status: 'Active', ...login, open: true }]),
    ...ssh.map(way('ssh-key')),
    ...certificates.map(way('certificate')),
    ...services.map(way('service-specific-credential')),
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  'access-key': 'access key',
  'login-profile': 'console password of',
  'ssh-key': 'SSH key',
  certificate: 'signing certificate',
  'service-specific-credential': 'service-specific credential',
};

/** Of a console password: not the user's name alone, which every step's target has. */
export const idOfLogin = (userName: string): string => `${LOGIN}${userName}`;
const LOGIN = 'login/';

/** `access key AKIA…, console password of deploy-robot` */
export const inWords = (ways: readonly WayIn[]): string =>
  ways
    .map(({ kind, id }) => `${WORDS[kind] ?? kind} ${id.startsWith(LOGIN) ? id.slice(LOGIN.length) : id}`)
    .join(', ');
