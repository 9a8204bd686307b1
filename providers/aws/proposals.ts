// The steps that would cut an IAM user and bring its service back, in the order in which they run. Pure.
import type { Proposal, Step } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { NO_SESSIONS, QUARANTINE } from './policies.ts';

/** The longest session that an access key can make, by GetSessionToken or GetFederationToken. */
const LONGEST_SESSION = '36h';

export interface Found {
  userName: string;
  /** Every key of the user, also the innocent ones. */
  keyIds: readonly string[];
  /** Those to deactivate. */
  cut: readonly string[];
  /** The one that the service works with, to be replaced; undefined where there is none. */
  replace: string | undefined;
  secretId: string | null;
}

type Declared = Pick<CredentialKind, 'reversibility' | 'permissions'>;

export function proposalsFor(found: Found, kinds: Readonly<Record<string, Declared>>): Proposal[] {
  const { userName, replace, secretId } = found;
  // AWS lists keys in any order; people approve a hash, which must not change with it.
  const keyIds = [...found.keyIds].sort();
  const cut = [...found.cut].sort();
  const say = (
    kind: string,
    verb: Step['verb'],
    phase: Proposal['phase'],
    rest: Pick<Proposal, 'target' | 'does' | 'undo' | 'check'> & { after?: string; part?: Proposal['part'] },
  ): Proposal => {
    const declared = kinds[kind];
    if (declared === undefined) throw new RangeError(`no credential kind ${kind}`);
    const { reversibility, permissions } = declared;
    return {
      kind,
      verb,
      phase,
      part: 'source-of-truth',
      reversibility,
      permissions: [...permissions[verb]],
      ...rest,
    };
  };
  const target = { userName };

  return [
    say('aws/quarantine', 'apply', 'containment', {
      target,
      does: `Attach ${QUARANTINE.name} to the user ${userName}: every call with its keys and its sessions is denied.`,
      undo: `Detach ${QUARANTINE.name}, once no other way in is left.`,
      check: 'The policy is attached with its known content, and simulated calls are denied.',
    }),
    say('aws/no-sessions', 'apply', 'containment', {
      target,
      does: `Attach ${NO_SESSIONS.name} to the user ${userName}: sessions made from its keys stay dead when the quarantine is lifted.`,
      undo: `Detach ${NO_SESSIONS.name}.`,
      check: 'The policy is attached with its known content, and a simulated session is denied.',
    }),
    ...cut.map((accessKeyId) =>
      say('aws/access-key', 'apply', 'containment', {
        target: { userName, accessKeyId },
        does: `Deactivate the access key ${accessKeyId} of the user ${userName}.`,
        undo: 'None: a stolen key is never activated again. A new key replaces it.',
        check: 'The key is inactive.',
      }),
    ),
    say('aws/quarantine', 'undo', 'recovery', {
      target,
      does: `Lift the quarantine of the user ${userName}, so that a new key can work; refused while another way in is open.`,
      undo: `Attach ${QUARANTINE.name} again.`,
      check: `${QUARANTINE.name} is off, ${NO_SESSIONS.name} is on with its known content, and a simulated session is denied.`,
    }),
    ...(replace === undefined || secretId === null
      ? []
      : [
          say('aws/access-key-replacement', 'apply', 'recovery', {
            part: 'owner',
            target: { userName, stolenAccessKeyId: replace, secretId, keysBefore: keyIds.join(',') },
            does: `Make a new access key for the user ${userName}, prove that it works, and store it in ${secretId}; refused where the stolen identity could read it.`,
            undo: 'None: the old key is compromised. Another replacement can be ordered.',
            check:
              'The secret gives out the new key, the service has used it, and the old key is inactive and unused since.',
          }),
        ]),
    ...cut.map((accessKeyId) =>
      say('aws/access-key-deletion', 'apply', 'hardening', {
        target: { userName, accessKeyId },
        does: `Delete the old access key ${accessKeyId} of the user ${userName}; refused if it was used since it was deactivated.`,
        undo: 'None: a deleted key cannot come back.',
        check: 'The key does not exist any more.',
      }),
    ),
    say('aws/no-sessions', 'undo', 'hardening', {
      after: LONGEST_SESSION,
      target,
      does: `Detach ${NO_SESSIONS.name} from the user ${userName}: the last session that the stolen key could have made has run out.`,
      undo: `Attach ${NO_SESSIONS.name} again.`,
      check: `${NO_SESSIONS.name} is off.`,
    }),
  ];
}
