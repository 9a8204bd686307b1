// Every credential kind of AWS. A new kind is one file and one line here.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { accessKeyDeletion } from './access-key-deletion.ts';
import { accessKeyReplacement } from './access-key-replacement.ts';
import { accessKey } from './access-key.ts';
import type { Aws } from './clients.ts';
import { generatedSecret } from './generated-secret.ts';
import { nativeRotation } from './native-rotation.ts';
import { groupMembership } from './group-membership.ts';
import { loginProfile } from './login-profile.ts';
import { mfaDevice } from './mfa-device.ts';
import { noSessions } from './no-sessions.ts';
import { quarantineAuto } from './quarantine-auto.ts';
import { quarantine } from './quarantine.ts';
import { restriction } from './restriction.ts';
import { roleQuarantine } from './role/quarantine.ts';
import { roleRestriction } from './role/restriction.ts';
import { roleSessionCutOff } from './role/session-cut-off.ts';
import { serviceSpecificCredential } from './service-specific-credential.ts';
import { signingCertificate } from './signing-certificate.ts';
import { sshPublicKey } from './ssh-public-key.ts';

export const kinds: readonly ((aws: Aws) => CredentialKind)[] = [
  quarantine,
  quarantineAuto,
  noSessions,
  restriction,
  accessKey,
  loginProfile,
  sshPublicKey,
  serviceSpecificCredential,
  signingCertificate,
  mfaDevice,
  groupMembership,
  accessKeyReplacement,
  accessKeyDeletion,
  roleQuarantine,
  roleRestriction,
  roleSessionCutOff,
  generatedSecret,
  nativeRotation,
];
