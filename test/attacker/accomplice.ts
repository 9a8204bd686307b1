// Whoever holds rights over IAM elsewhere in the account, by another stolen identity: makes new ways in for the user that is being cut,
// and undoes each step in turn. That user itself could do none of it, once it is quarantined.
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { type Estate, REGION } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUQH3v5zVJ0xkqv1J8o9cQy0Zk1oUwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----`;

export interface Accomplice {
  /** Each answers the id of what it made, as a discovery names it. */
  secondKey(user: string): Promise<{ id: string; key: Credentials }>;
  login(user: string): Promise<string>;
  sshKey(user: string): Promise<string>;
  certificate(user: string): Promise<string>;
  serviceCredential(user: string): Promise<string>;
  mfaDevice(user: string): Promise<string>;
  /** A group that may read this secret. */
  group(name: string, secretId: string): Promise<void>;
  join(user: string, group: string): Promise<string>;
  /** Makes active again what has a state. */
  activate: Record<
    'aws/ssh-public-key' | 'aws/signing-certificate' | 'aws/service-specific-credential',
    (user: string, id: string) => Promise<unknown>
  >;
}

export async function accompliceIn({ endpoint, root }: Estate, name: string): Promise<Accomplice> {
  const admin = new IAMClient({ endpoint, region: REGION, credentials: root });
  await admin.send(new CreateUserCommand({ UserName: name }));
  await admin.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: 'rights-over-iam',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }],
      }),
    }),
  );
  const own = await newKey(admin, name);
  const iam = new IAMClient({ endpoint, region: REGION, credentials: own });
  const made = (id: string | undefined): string => {
    if (id === undefined) throw new Error('nothing was made');
    return id;
  };

  return {
    async secondKey(user) {
      const key = await newKey(iam, user);
      return { id: key.accessKeyId, key };
    },
    async login(UserName) {
      await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'aB3$longenough-for-all' }));
      return `login/${UserName}`;
    },
    async sshKey(UserName) {
      const SSHPublicKeyBody = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== thief';
      const { SSHPublicKey } = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
      return made(SSHPublicKey?.SSHPublicKeyId);
    },
    async certificate(UserName) {
      const uploaded = await iam.send(
        new UploadSigningCertificateCommand({ UserName, CertificateBody: CERTIFICATE }),
      );
      return made(uploaded.Certificate?.CertificateId);
    },
    async serviceCredential(UserName) {
      const ServiceName = 'bedrock.amazonaws.com';
      const created = await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
      return made(created.ServiceSpecificCredential?.ServiceSpecificCredentialId);
    },
    async mfaDevice(UserName) {
      const SerialNumber = `GAKT-${UserName}`;
      const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
      await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
      return SerialNumber;
    },
    async group(GroupName, secretId) {
      await admin.send(new CreateGroupCommand({ GroupName }));
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: `arn:aws:secretsmanager:${REGION}:*:secret:${secretId}-*`,
          },
        ],
      });
      const { Policy } = await admin.send(
        new CreatePolicyCommand({ PolicyName: `${GroupName}-reads`, PolicyDocument }),
      );
      await admin.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: Policy?.Arn }));
    },
    async join(UserName, GroupName) {
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
      return `group/${GroupName}`;
    },
    activate: {
      'aws/ssh-public-key': (UserName, SSHPublicKeyId) =>
        iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Active' })),
      'aws/signing-certificate': (UserName, CertificateId) =>
        iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status: 'Active' })),
      'aws/service-specific-credential': (UserName, ServiceSpecificCredentialId) =>
        iam.send(
          new UpdateServiceSpecificCredentialCommand({
            UserName,
            ServiceSpecificCredentialId,
            Status: 'Active',
          }),
        ),
    },
  };
}

async function newKey(iam: IAMClient, UserName: string): Promise<Credentials> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('no key was made');
  return { accessKeyId, secretAccessKey };
}
