// The steps that would cut a role and let its service in again, for each strategy, in the order in which they run. Pure.
import type { Discovery, Proposal, Step } from '../../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import { QUARANTINE, RESTRICTED, type Restriction } from '../policies.ts';
import { shown } from '../unread.ts';
import { wearing } from '../wearing-proposals.ts';
import type { Way } from '../wearing.ts';
import { DENIED } from './denied.ts';
import { endingSessions } from './ending-sessions.ts';
import { ROLE_INLINE_QUARANTINE_KIND } from './inline-quarantine.ts';
import { SESSION_CUT_OFF_KIND } from './session-cut-off.ts';
import { TRUST_DENIED_KIND } from './trust-denied.ts';

export interface FoundRole {
  roleName: string;
  /** Roles that it can become, one after another, and who by: `role web`. */
  chained: readonly { roleName: string; by: string }[];
  /** Who is to be kept from becoming it, as `aws:PrincipalArn` knows them. */
  denied: readonly string[];
  /** Whether `custody-restricted` stands in the account as it should. */
  restrictable: boolean;
  /** How a policy of custody's is to be put on, or is. */
  wayOf(policy: Restriction): Way;
}

type Declared = Pick<CredentialKind, 'reversibility' | 'permissions'>;

/** Where people undo what was done, other than by the plan. */
const reversalOf = (
  name: string,
  roleName: string,
  permissions: readonly string[],
): Proposal['reversal'] => ({
  does: `Take ${name} off the role ${roleName}: what it stopped works again.`,
  check: `${name} is off.`,
  permissions: [...new Set(permissions)],
});

/** The whole list is in the step's target. */
const someOf = (principals: readonly string[]): string =>
  principals.slice(0, 1).map(shown).join(', ') +
  (principals.length > 1 ? ` and ${principals.length - 1} more (its target names them)` : '');

/** `replace-then-cut` is never among them: there is no key to replace. */
export function proposalsForRole(
  { roleName, chained, denied, restrictable, wayOf }: FoundRole,
  kinds: Readonly<Record<string, Declared>>,
): Discovery['proposals'] {
  const say = (
    kind: string,
    verb: Step['verb'],
    phase: Step['phase'],
    {
      puts,
      ...rest
    }: Pick<Proposal, 'target' | 'does' | 'undo' | 'check' | 'after' | 'byHand'> & {
      /** Of what is put on: the policy that comes off again. */
      puts?: string;
    },
  ): Proposal => {
    const declared = kinds[kind];
    if (declared === undefined) throw new RangeError(`no credential kind ${kind}`);
    const { reversibility, permissions } = declared;
    const permitted = [...new Set(permissions[verb])];
    const proposed = {
      kind,
      verb,
      phase,
      part: 'source-of-truth' as const,
      reversibility,
      permissions: permitted,
    };
    if (puts === undefined) return { ...proposed, ...rest };
    return {
      ...proposed,
      ...rest,
      reversal: reversalOf(puts, roleName, permissions.undo),
    };
  };
  const target = { roleName };
  const cutOff = kinds[SESSION_CUT_OFF_KIND];
  if (cutOff === undefined) throw new RangeError(`no credential kind ${SESSION_CUT_OFF_KIND}`);

  const offAgain = (name: string) =>
    `${name} is off, a cut-off of its sessions from after this plan was made stands, and a simulated session from before it is denied.`;
  const { ends, afterwards } = endingSessions([{ roleName, by: null }, ...chained], cutOff);

  // After the cut-offs, which so wait for nobody where people do it: they lie minutes ahead, and one that lies too early for it is moved on.
  const keepsOut =
    denied.length === 0
      ? []
      : [
          say(TRUST_DENIED_KIND, 'apply', 'containment', {
            target: { roleName, principals: denied.join(' ') },
            puts: DENIED,
            does: `Keep ${someOf(denied)} from becoming the role ${roleName}, by a deny in its trust policy (${DENIED}); what else stands there stays. It is not lifted by this plan: open an incident about each, and take it off (custody undo) when the thief is out of them.`,
            undo: `Take ${DENIED} out of the trust policy.`,
            check: `${DENIED} stands in the trust policy as custody writes it, for exactly these.`,
            byHand: {
              does: `Add to the trust policy of the role ${roleName} a deny of sts:AssumeRole for Principal AWS "*" where aws:PrincipalArn is like ${someOf(denied)}; keep the old document. Then, on the role, "Revoke active sessions": they may have made some meanwhile.`,
              undo: 'Take the statement out again, and AWSRevokeOlderSessions 13 hours later at the earliest.',
              check: `The trust policy of the role ${roleName} denies sts:AssumeRole to them, and AWSRevokeOlderSessions is from after that.`,
            },
          }),
        ];

  const wear = wearing(say, wayOf, `role ${roleName}`, {
    quarantine: { attached: 'aws/role-quarantine', inline: ROLE_INLINE_QUARANTINE_KIND },
  });
  const quarantine = wear('quarantine', QUARANTINE, 'apply', 'containment', ({ putOn, takeOff, isOn }) => ({
    target,
    puts: QUARANTINE.name,
    does: `${putOn}: every call with any session of it is denied, old or new.`,
    undo: `${takeOff}, once the cut-off is seen.`,
    check: `${isOn} with its known content, and simulated calls of a session are denied.`,
  }));
  const liftQuarantine = wear('quarantine', QUARANTINE, 'undo', 'recovery', ({ again }) => ({
    target,
    does: `Lift the quarantine of the role ${roleName}, from the moment of the cut-off on: whoever its trust policy names may get new sessions, and work.`,
    undo: again,
    check: offAgain(QUARANTINE.name),
  }));
  const proposals: Discovery['proposals'] = {
    cut: [quarantine, ...ends, ...keepsOut, liftQuarantine, ...afterwards],
  };
  if (!restrictable) return proposals;
  const restriction = say('aws/role-restriction', 'apply', 'containment', {
    target,
    puts: RESTRICTED.name,
    does: `Attach ${RESTRICTED.name} to the role ${roleName}: its sessions work on, but may no longer touch IAM, the organisation or the directory, become another role, read secrets and parameters, change or start what runs by other roles in the services that the policy names, reach into machines, let others at keys, buckets and snapshots, delete from buckets, or end logging.`,
    undo: `Detach ${RESTRICTED.name}, once the cut-off is seen.`,
    check:
      'The policy is attached with its known content, and making a key, becoming a role and reading a secret are denied in a simulation.',
  });
  const liftRestriction = say('aws/role-restriction', 'undo', 'recovery', {
    target,
    does: `Detach ${RESTRICTED.name} from the role ${roleName}: its new sessions may again do all that it could.`,
    undo: `Attach ${RESTRICTED.name} again.`,
    check: offAgain(RESTRICTED.name),
  });
  return { ...proposals, restrict: [restriction, ...ends, ...keepsOut, liftRestriction, ...afterwards] };
}
