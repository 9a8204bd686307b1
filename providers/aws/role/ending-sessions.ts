// The steps that end the older sessions of roles, and those that take the cut-offs off again when the last session has run out. Pure.
import type { Proposal, Step } from '../../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import { CUT_OFF, REVOKED_BY_HAND } from './cut-off.ts';
import { SESSION_CUT_OFF_KIND } from './session-cut-off.ts';

/** The longest session of a role (12 h), and the minutes by which a cut-off lies ahead of what was seen. */
const SESSIONS_RUN_OUT = '13h';

export interface Ended {
  roleName: string;
  /** Who can become it: `role web`. null: it is the attacked role itself. */
  by: string | null;
}

type Declared = Pick<CredentialKind, 'reversibility' | 'permissions'>;

export function endingSessions(
  roles: readonly Ended[],
  { reversibility, permissions }: Declared,
): { ends: Proposal[]; afterwards: Proposal[] } {
  const step = (roleName: string, verb: Step['verb']) => ({
    kind: SESSION_CUT_OFF_KIND,
    verb,
    part: 'source-of-truth' as const,
    reversibility,
    permissions: [...new Set(permissions[verb])],
    target: { roleName },
  });
  return {
    ends: roles.map(({ roleName, by }) => ({
      ...step(roleName, 'apply'),
      phase: 'containment',
      does: `End every session of the role ${roleName} that was made until the cut-off takes effect everywhere${by === null ? '' : ` (the ${by} can become it)`}: by the inline policy ${CUT_OFF}. New sessions work from that moment on, some minutes later; what works as the role must fetch one.`,
      undo: `Remove ${CUT_OFF}, when the last of these sessions has run out.`,
      check:
        'The policy stands as custody writes it, a simulated session from before its moment is denied, and that moment fits those of the other roles of this plan.',
      reversal: {
        does: `Take ${CUT_OFF} off the role ${roleName}: what it stopped works again.`,
        check: `${CUT_OFF} is off.`,
        permissions: [...new Set(permissions.undo)],
      },
      byHand: {
        does: `End every session of the role ${roleName} that was made until now${by === null ? '' : ` (the ${by} can become it)`}: in IAM's console, on the role, "Revoke active sessions". What works as the role must fetch a new session.`,
        undo: `Delete the inline policy ${REVOKED_BY_HAND}, 13 hours later at the earliest.`,
        check: `The role ${roleName} has the inline policy ${REVOKED_BY_HAND}, and its moment (aws:TokenIssueTime) lies after ${by === null ? 'the role itself was held' : 'the cut of whoever can become it'}.`,
      },
    })),
    afterwards: roles.map(({ roleName }) => ({
      ...step(roleName, 'undo'),
      phase: 'hardening',
      after: SESSIONS_RUN_OUT,
      does: `Remove ${CUT_OFF} from the role ${roleName}: the last session from before it has run out.`,
      undo: 'Write it again.',
      check: `${CUT_OFF} is off.`,
    })),
  };
}
