// Every credential kind of AWS, by the hand that it is for: what one worker's credentials may do, and no other's. A new kind is one
// file and one line here; the policies in deploy/aws/ follow from it.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { accessKeyDeletion } from './access-key-deletion.ts';
import { accessKeyReplacement } from './access-key-replacement.ts';
import { accessKey } from './access-key.ts';
import { type Aws, connect } from './clients.ts';
import { compromisedVersions } from './compromised-versions.ts';
import { generatedSecret } from './generated-secret.ts';
import { groupMembership } from './group-membership.ts';
import { inlineNoSessions } from './inline-no-sessions.ts';
import { inlineQuarantine } from './inline-quarantine.ts';
import { loginProfile } from './login-profile.ts';
import { mfaDevice } from './mfa-device.ts';
import { nativeRotation } from './native-rotation.ts';
import { noSessions } from './no-sessions.ts';
import type { Verb } from './permissions.ts';
import { quarantineAuto } from './quarantine-auto.ts';
import { quarantine } from './quarantine.ts';
import { restriction } from './restriction.ts';
import { roleInlineQuarantine } from './role/inline-quarantine.ts';
import { roleQuarantine } from './role/quarantine.ts';
import { roleRestriction } from './role/restriction.ts';
import { roleSessionCutOff } from './role/session-cut-off.ts';
import { roleTrustDenied } from './role/trust-denied.ts';
import { secretDeletion } from './secret-deletion.ts';
import { serviceSpecificCredential } from './service-specific-credential.ts';
import { signingCertificate } from './signing-certificate.ts';
import { sshPublicKey } from './ssh-public-key.ts';

type Make = (aws: Aws) => CredentialKind;

/** Whoever cuts cannot issue, and the other way round. */
const CUTTING: readonly Make[] = [
  quarantine,
  noSessions,
  restriction,
  accessKey,
  loginProfile,
  sshPublicKey,
  serviceSpecificCredential,
  signingCertificate,
  mfaDevice,
  groupMembership,
  accessKeyDeletion,
  roleQuarantine,
  roleRestriction,
];
const WITHOUT_PEOPLE: readonly Make[] = [quarantineAuto];
/** By inline policies, whose writer can grant anything: kept apart. */
const WRITING_INLINE: readonly Make[] = [
  roleSessionCutOff,
  inlineQuarantine,
  inlineNoSessions,
  roleInlineQuarantine,
];
/** By trust policies, whose writer can let anybody in: likewise. */
const WRITING_TRUST: readonly Make[] = [roleTrustDenied];
/** What whoever writes a secret also lets go of. */
const LETTING_GO: readonly Make[] = [compromisedVersions];
const ISSUING: readonly Make[] = [accessKeyReplacement, secretDeletion];
/** New values for secrets that are none of AWS's own keys. */
const ROTATING: readonly Make[] = [generatedSecret, nativeRotation];

export const kinds: readonly Make[] = [
  ...CUTTING,
  ...WITHOUT_PEOPLE,
  ...WRITING_INLINE,
  ...WRITING_TRUST,
  ...ISSUING,
  ...ROTATING,
  ...LETTING_GO,
];

const HANDS = {
  cuts: { makes: CUTTING, verbs: ['apply', 'undo', 'preflight'] },
  'cuts-without-people': {
    makes: [...CUTTING, ...WITHOUT_PEOPLE],
    // It looks for itself, where nobody has decided.
    verbs: ['apply', 'undo', 'preflight', 'discover', 'automatic'],
  },
  'ends-sessions': {
    makes: [...WRITING_INLINE, ...WRITING_TRUST],
    verbs: ['apply', 'undo', 'preflight'],
  },
  issues: { makes: [...ISSUING, ...LETTING_GO], verbs: ['apply', 'preflight'] },
  rotates: { makes: [...ROTATING, ...LETTING_GO], verbs: ['apply', 'preflight'] },
  looks: { makes: kinds, verbs: ['check', 'discover', 'everyone'] },
} as const satisfies Record<string, { makes: readonly Make[]; verbs: readonly Verb[] }>;

export type Hand = keyof typeof HANDS;

export const HAND_NAMES = Object.keys(HANDS) as Hand[];

/** What the permissions of a hand are generated from (`policyFor`). Calls nothing. */
export function hand(name: Hand): { kinds: readonly CredentialKind[]; verbs: readonly Verb[] } {
  const nowhere = connect({ account: '-' });
  const { makes, verbs } = HANDS[name];
  return { kinds: makes.map((make) => make(nowhere)), verbs };
}

/** The kinds that an executor's policy.yaml names, where this is its hand. */
export const kindsOf = (name: Hand): string[] => hand(name).kinds.map(({ kind }) => kind);
