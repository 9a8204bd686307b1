// The steps that would cut an IAM user and bring its service back, for each strategy, in the order in which they run. Pure.
import type { Discovery, Proposal, Step } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { INLINE_NO_SESSIONS_KIND } from './inline-no-sessions.ts';
import { INLINE_QUARANTINE_KIND } from './inline-quarantine.ts';
import { NO_SESSIONS, QUARANTINE, QUARANTINE_AUTO, RESTRICTED, type Restriction } from './policies.ts';
import { COMPROMISED_VERSIONS_KIND } from './compromised-versions.ts';
import { SECRET_DELETION_KIND } from './secret-deletion.ts';
import { QUARANTINE_AUTO_KIND } from './quarantine-auto.ts';
import { endingSessions } from './role/ending-sessions.ts';
import { SESSION_CUT_OFF_KIND } from './role/session-cut-off.ts';
import { idOfGroup } from './ways-back.ts';
import { wearing } from './wearing-proposals.ts';
import type { Way } from './wearing.ts';
import type { InDoubt } from './ways-in-doubt.ts';

/** The longest session that an access key can make, by GetSessionToken or GetFederationToken. */
const LONGEST_SESSION = '36h';

export interface Found {
  userName: string;
  /** Every key of the user that was there before custody made one, also the innocent ones. */
  keyIds: readonly string[];
  /** Those to deactivate. */
  cut: readonly string[];
  others: InDoubt;
  /** Roles whose sessions the thief may hold, and who can become each: `user deploy-robot`. */
  become: readonly { roleName: string; by: string }[];
  /** The one that the service works with, to be replaced; undefined where there is none. */
  replace: string | undefined;
  secretId: string | null;
  /** Whether the secret is there, and a key to be replaced or replaced already, so that this can come before the cut. */
  first: boolean;
  /** Versions of the secret that hold the stolen credential are let go at the end. */
  letsGo: boolean;
  /** Days in which the secret can be restored, where it is deleted at the end; null: it is not. */
  retireSecretDays: number | null;
  /** Whether `custody-restricted` stands in the account as it should. */
  restrictable: boolean;
  /** How a policy of custody's is to be put on, or is. */
  wayOf(policy: Restriction): Way;
  /** It was cut without a person. */
  wearsAuto: boolean;
}

type Rest = Pick<Proposal, 'part' | 'target' | 'does' | 'undo' | 'check'>;

/** Of whichever identity the secret holds the credential. */
export const lettingGoOf = (target: { secretId: string } & Record<string, string>): Rest => ({
  part: 'owner',
  target,
  does: `Take every label off the versions of the secret ${target.secretId} that are marked as compromised, so that AWS deletes them in its own time; refused while readers get one of them.`,
  undo: 'None: AWS may have deleted them, and what they hold is compromised.',
  check: 'No label of the secret names a version that was marked as compromised.',
});

type Say = (
  kind: string,
  verb: Step['verb'],
  phase: Proposal['phase'],
  rest: Pick<Proposal, 'target' | 'does' | 'undo' | 'check'> & {
    after?: string;
    part?: Proposal['part'];
    /** Of what is put on: the policy that comes off again. */
    puts?: string;
    /** Of what is taken away and can be given back. */
    reversal?: Omit<NonNullable<Proposal['reversal']>, 'permissions'>;
  },
) => Proposal;

const KINDS = {
  quarantine: { attached: 'aws/quarantine', inline: INLINE_QUARANTINE_KIND },
  'no-sessions': { attached: 'aws/no-sessions', inline: INLINE_NO_SESSIONS_KIND },
} as const;

type Declared = Pick<CredentialKind, 'reversibility' | 'permissions'>;
type Kinds = Readonly<Record<string, Declared>>;

/** A strategy that cannot be carried out is left out; why, discovery tells people. */
export function proposalsFor(
  found: Found,
  kinds: Kinds,
): { proposals: Discovery['proposals']; automatic: Proposal[] } {
  const steps = stepsFor(found, kinds);
  const cut = [...steps.cut, ...steps.others, ...steps.endOfRoles];
  const replacement = steps.replacement === null ? [] : [steps.replacement];
  const proposals: Discovery['proposals'] = {
    cut: [
      steps.quarantine,
      steps.noSessions,
      ...cut,
      ...(found.wearsAuto ? [steps.liftAuto] : []),
      steps.liftQuarantine,
      ...replacement,
      ...steps.afterwards,
    ],
  };
  const automatic = [steps.quarantineAuto];
  // Under the automatic quarantine no new key would work before the cut.
  if (!found.first || found.wearsAuto) return { proposals, automatic };
  // No quarantine in these: under it the new key would not work either.
  proposals['replace-then-cut'] = [...replacement, steps.noSessions, ...cut, ...steps.afterwards];
  if (found.restrictable) {
    proposals.restrict = [
      steps.restriction,
      ...replacement,
      steps.noSessions,
      ...cut,
      steps.liftRestriction,
      ...steps.afterwards,
    ];
  }
  return { proposals, automatic };
}

/** Where people undo what was done, other than by the plan. */
const reversalOf = (
  name: string,
  userName: string,
  permissions: readonly string[],
): Proposal['reversal'] => ({
  does: `Detach ${name} from the user ${userName}: what it stopped works again.`,
  check: `${name} is off; where the user was not cleared, ${NO_SESSIONS.name} is on and denies every session.`,
  permissions: [...new Set(permissions)],
});

function stepsFor({ userName, replace, secretId, ...found }: Found, kinds: Kinds) {
  const declaredOf = (kind: string): Declared => {
    const declared = kinds[kind];
    if (declared === undefined) throw new RangeError(`no credential kind ${kind}`);
    return declared;
  };
  const roles = endingSessions(found.become, declaredOf(SESSION_CUT_OFF_KIND));
  // AWS lists keys in any order; people approve a hash, which must not change with it.
  const keyIds = [...found.keyIds].sort();
  const cut = [...found.cut].sort();
  const say: Say = (kind, verb, phase, { puts, reversal, ...rest }) => {
    const { reversibility, permissions } = declaredOf(kind);
    return {
      kind,
      verb,
      phase,
      part: 'source-of-truth',
      reversibility,
      permissions: [...new Set(permissions[verb])],
      ...rest,
      ...(puts === undefined ? {} : { reversal: reversalOf(puts, userName, permissions.undo) }),
      ...(reversal === undefined
        ? {}
        : { reversal: { ...reversal, permissions: [...new Set(permissions.undo)] } }),
    };
  };
  const target = { userName };
  const wear = wearing(say, found.wayOf, `user ${userName}`, KINDS);
  const offUnderNoSessions = (name: string) =>
    `${name} is off, ${NO_SESSIONS.name} is on with its known content, and a simulated session is denied.`;

  return {
    quarantine: wear('quarantine', QUARANTINE, 'apply', 'containment', ({ putOn, takeOff, isOn }) => ({
      target,
      puts: QUARANTINE.name,
      does: `${putOn}: every call with its keys and its sessions is denied.`,
      undo: `${takeOff}, once no other way in is left.`,
      check: `${isOn} with its known content, and simulated calls are denied.`,
    })),
    quarantineAuto: say(QUARANTINE_AUTO_KIND, 'apply', 'containment', {
      target,
      puts: QUARANTINE_AUTO.name,
      does: `Attach ${QUARANTINE_AUTO.name} to the user ${userName}, without waiting for a person: every call with its keys and its sessions is denied.`,
      undo: `Detach ${QUARANTINE_AUTO.name}, once ${QUARANTINE.name} is on or no other way in is left.`,
      check: 'The policy is attached with its known content, and simulated calls are denied.',
    }),
    liftAuto: say(QUARANTINE_AUTO_KIND, 'undo', 'recovery', {
      target,
      does: `Detach ${QUARANTINE_AUTO.name} from the user ${userName}: people have decided, and ${QUARANTINE.name} holds it.`,
      undo: `Attach ${QUARANTINE_AUTO.name} again.`,
      check: `${QUARANTINE_AUTO.name} is off, and ${QUARANTINE.name} is on.`,
    }),
    liftQuarantine: wear('quarantine', QUARANTINE, 'undo', 'recovery', ({ again }) => ({
      target,
      does: `Lift the quarantine of the user ${userName}, so that a new key can work; refused while another way in is open.`,
      undo: again,
      check: offUnderNoSessions(QUARANTINE.name),
    })),
    restriction: say('aws/restriction', 'apply', 'containment', {
      target,
      puts: RESTRICTED.name,
      does: `Attach ${RESTRICTED.name} to the user ${userName}: it works on, but may no longer touch IAM, the organisation or the directory, become a role, make sessions, read secrets and parameters, change or start what runs by other roles in the services that the policy names, reach into machines by EC2 and Systems Manager, let others at keys, buckets and snapshots, delete from buckets, or end logging.`,
      undo: `Detach ${RESTRICTED.name}, once no other way in is left.`,
      check:
        'The policy is attached with its known content, and making a key, becoming a role and reading a secret are denied in a simulation.',
    }),
    liftRestriction: say('aws/restriction', 'undo', 'recovery', {
      target,
      does: `Detach ${RESTRICTED.name} from the user ${userName}: it may again do all that it could; refused while another way in is open.`,
      undo: `Attach ${RESTRICTED.name} again.`,
      check: offUnderNoSessions(RESTRICTED.name),
    }),
    noSessions: wear('no-sessions', NO_SESSIONS, 'apply', 'containment', ({ putOn, takeOff, isOn }) => ({
      target,
      puts: NO_SESSIONS.name,
      does: `${putOn}: sessions made from its keys are dead, and stay dead when its keys may work again.`,
      undo: `${takeOff}.`,
      check: `${isOn} with its known content, and a simulated session is denied.`,
    })),
    cut: cut.map((accessKeyId) =>
      say('aws/access-key', 'apply', 'containment', {
        target: { userName, accessKeyId },
        does: `Deactivate the access key ${accessKeyId} of the user ${userName}.`,
        undo: 'None: a stolen key is never activated again. A new key replaces it.',
        check: 'The key is inactive.',
      }),
    ),
    others: othersOf(found.others, userName, say),
    // After the user is out, who could otherwise become them again.
    endOfRoles: roles.ends,
    replacement:
      replace === undefined || secretId === null
        ? null
        : say('aws/access-key-replacement', 'apply', 'recovery', {
            part: 'owner',
            target: { userName, stolenAccessKeyId: replace, secretId, keysBefore: keyIds.join(',') },
            does: `Make a new access key for the user ${userName}, prove that it works, and store it in ${secretId}; refused where the stolen identity could read it.`,
            undo: 'None: the old key is compromised. Another replacement can be ordered.',
            check:
              'The secret gives out the new key, the service has used it, and the old key, once it is cut, stays inactive and unused.',
          }),
    afterwards: [
      ...cut.map((accessKeyId) =>
        say('aws/access-key-deletion', 'apply', 'hardening', {
          target: { userName, accessKeyId },
          does: `Delete the old access key ${accessKeyId} of the user ${userName}; refused if it was used since it was deactivated.`,
          undo: 'None: a deleted key cannot come back.',
          check: 'The key does not exist any more.',
        }),
      ),
      ...roles.afterwards,
      ...(secretId === null || found.retireSecretDays === null
        ? []
        : [
            say(SECRET_DELETION_KIND, 'apply', 'hardening', {
              part: 'owner',
              target: { userName, secretId, recoveryDays: String(found.retireSecretDays) },
              does: `Order the deletion of the secret ${secretId}, which is gone for good after ${found.retireSecretDays} days; refused where it holds anything but keys that were cut.`,
              undo: `Within ${found.retireSecretDays} days whoever runs the secret restores it (RestoreSecret: aws secretsmanager restore-secret); the key in it stays dead.`,
              check: 'The secret is ordered to be deleted, and gives its readers nothing.',
            }),
          ]),
      ...(secretId === null || !found.letsGo
        ? []
        : [say(COMPROMISED_VERSIONS_KIND, 'apply', 'hardening', lettingGoOf({ userName, secretId }))]),
      wear('no-sessions', NO_SESSIONS, 'undo', 'hardening', ({ takeOff, again }) => ({
        after: LONGEST_SESSION,
        target,
        does: `${takeOff} from the user ${userName}: the last session that the stolen key could have made has run out.`,
        undo: again,
        check: `${NO_SESSIONS.name} is off.`,
      })),
    ],
  };
}

/**
 * Whatever else the user logs in with, then what it could come back by. The id of each among the ways in stands in the target, so that
 * it stays in doubt when the plan is made anew.
 */
function othersOf({ ways, devices, groups }: InDoubt, userName: string, say: Say): Proposal[] {
  const ids = (kind: string) => ways.flatMap((way) => (way.kind === kind ? [way.id] : [])).toSorted();
  const deactivate = (kind: string, found: string, field: string, inWords: string) =>
    ids(found).map((id) =>
      say(kind, 'apply', 'containment', {
        target: { userName, [field]: id },
        does: `Deactivate the ${inWords} ${id} of the user ${userName}.`,
        undo: `None: what is compromised is never activated again. A new ${inWords} replaces it.`,
        check: `The ${inWords} is inactive.`,
      }),
    );
  return [
    ...ids('login-profile').map((way) =>
      say('aws/login-profile', 'apply', 'containment', {
        target: { userName, way },
        does: `Remove the console password of the user ${userName}.`,
        undo: 'None: whoever needs the console is given a new password by those who run IAM.',
        check: 'The user has no console password.',
      }),
    ),
    ...deactivate('aws/ssh-public-key', 'ssh-key', 'sshPublicKeyId', 'SSH key'),
    ...deactivate(
      'aws/service-specific-credential',
      'service-specific-credential',
      'serviceSpecificCredentialId',
      'service-specific credential',
    ),
    ...deactivate('aws/signing-certificate', 'certificate', 'certificateId', 'signing certificate'),
    ...devices
      .map(({ serialNumber }) => serialNumber)
      .toSorted()
      .map((serialNumber) =>
        say('aws/mfa-device', 'apply', 'containment', {
          target: { userName, serialNumber },
          does: `Take the MFA device ${serialNumber} off the user ${userName}: it appeared since the compromise.`,
          undo: 'None: whoever owns the device enrols it again.',
          check: 'The device is not on the user.',
        }),
      ),
    ...groups
      .map(({ name }) => name)
      .toSorted()
      .map((groupName) =>
        say('aws/group-membership', 'apply', 'containment', {
          target: { userName, groupName, way: idOfGroup(groupName) },
          reversal: {
            does: `Put the user ${userName} back into the group ${groupName}, where the group has the same policies as then. Nobody is given that right (iam:AddUserToGroup) unless this group was named: else those who run IAM do it, and the step then finds it so.`,
            check: 'The user is in the group.',
            grants: true,
          },
          does: `Take the user ${userName} out of the group ${groupName}, which it joined since the compromise.`,
          undo: `Put the user back into the group ${groupName}.`,
          check: 'The user is not in the group.',
        }),
      ),
  ];
}
