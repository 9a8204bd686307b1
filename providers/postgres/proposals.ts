// The steps that would cut a role and bring its service back, for each strategy, in the order in which they run. Pure.
import type { Discovery, Proposal, Step } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { MEMBERSHIP_KIND, membershipTarget } from './membership.ts';
import { NOLOGIN_KIND } from './nologin.ts';
import { PASSWORD_KIND } from './password.ts';
import type { Membership } from './roles.ts';
import { membersInTarget, SESSIONS_KIND } from './sessions.ts';

export interface Found {
  role: string;
  /** Of others in it, by which they can act as it. */
  members: readonly Membership[];
  /** Of it in others, by which it could do most harm. */
  powerful: readonly Membership[];
  /** The other one of its pair, safe from the thief; null: there is none. */
  alternate: string | null;
  /** That exists; null: none is known. */
  secretId: string | null;
  /** Whether a grant may be made again afterwards: not one that the thief may have made. */
  isTrusted: (one: Membership) => boolean;
}

type Declared = Pick<CredentialKind, 'reversibility' | 'permissions'>;

/** A strategy that cannot be carried out is left out; why, discovery tells people. */
export function proposalsFor(
  { role, members, powerful, alternate, secretId, isTrusted }: Found,
  kinds: Readonly<Record<string, Declared>>,
): Discovery['proposals'] {
  const say = (
    kind: string,
    verb: Step['verb'],
    phase: Proposal['phase'],
    rest: Pick<Proposal, 'target' | 'does' | 'undo' | 'check'> & { part?: Proposal['part'] },
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
  const revoked = (one: Membership) =>
    say(MEMBERSHIP_KIND, 'apply', 'containment', {
      target: membershipTarget(one),
      does: `Revoke the membership of ${one.member} in ${one.role}, which ${one.grantor} granted.`,
      undo: 'Grant it again with the same options, in the name of the same grantor.',
      check: 'The membership does not exist.',
    });
  const granted = (one: Membership) =>
    say(MEMBERSHIP_KIND, 'undo', 'hardening', {
      target: membershipTarget(one),
      does: `Grant ${one.role} to ${one.member} again, with the same options and in the name of ${one.grantor}.`,
      undo: 'Revoke it again.',
      check: 'The membership exists with the options that it had.',
    });
  const again = (ones: readonly Membership[]) => ones.filter(isTrusted).toReversed().map(granted);

  const cut = [
    say(NOLOGIN_KIND, 'apply', 'containment', {
      target: { role },
      does: `Let nobody log in as ${role} (NOLOGIN). Sessions that are open go on until they are ended.`,
      undo: 'Let it log in again, once it has a new password.',
      check: 'The role cannot log in.',
    }),
    ...members.map(revoked),
    say(SESSIONS_KIND, 'apply', 'containment', {
      target: { role, ...membersInTarget(members.map(({ member }) => member)) },
      does: `End every open session of ${role}${members.length === 0 ? '' : ', and those of its former members, who may have become it'}: what is under way in them is rolled back.`,
      undo: 'None: whoever may, connects anew.',
      check: 'No such session is open, and the role cannot log in.',
    }),
  ];
  const replacement =
    secretId === null
      ? []
      : [
          say(PASSWORD_KIND, 'apply', 'recovery', {
            part: 'owner',
            target: { role, secretId, ...(alternate === null ? {} : { alternate }) },
            does: `Set a new password of ${alternate ?? role}, prove it, and give it out by ${secretId}${alternate === null ? '' : `, so that the service works as ${alternate} from then on`}.`,
            undo: 'None: the old password is compromised. Another replacement can be ordered.',
            check:
              alternate === null
                ? 'The secret gives out the new password.'
                : `The secret gives out the new password, and somebody works as ${alternate} with it.`,
          }),
        ];
  const letIn =
    secretId === null || alternate !== null
      ? []
      : [
          say(NOLOGIN_KIND, 'undo', 'recovery', {
            target: { role },
            does: `Let ${role} log in again, with its new password; refused while it has the stolen one.`,
            undo: 'NOLOGIN again.',
            check: 'The role can log in, and somebody works with it since.',
          }),
        ];

  const proposals: Discovery['proposals'] = { cut: [...cut, ...replacement, ...letIn, ...again(members)] };
  if (secretId === null || alternate === null) return proposals;
  proposals['replace-then-cut'] = [...replacement, ...cut, ...again(members)];
  if (powerful.length > 0)
    proposals.restrict = [
      ...powerful.map(revoked),
      ...replacement,
      ...cut,
      ...again(members),
      ...again(powerful),
    ];
  return proposals;
}
