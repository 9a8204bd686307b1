// aws/role-session-cut-off: end every session of a role that was made until now, and let new ones in, by an inline policy with a moment
// in it. Whoever may write inline policies can grant anything: this kind is for an executor of its own.
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type Instant, durationMs, epochMs, plus } from '../../../domain/instant/instant.ts';
import type { Plan, Step } from '../../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { isCleared } from '../cleared.ts';
import { impossible, isLimit, isMissing } from '../errors.ts';
import { anyRoleNameOf } from '../target.ts';
import { inlineCharacters } from '../wearing.ts';
import {
  CUT_OFF,
  cutOffWrittenAt,
  isTooEarlyFor,
  LONGEST_ROLE_SESSION,
  policyOf,
  SPREAD_MS,
} from './cut-off.ts';
import { deniedIn, isTooEarlyForDenied } from './denied.ts';
import { INLINE_CHARACTERS, INLINE_PERMISSIONS, inlineDocument } from './inline.ts';
import { findRole, type Role, ROLE_PERMISSIONS } from './roles.ts';
import { cutOffOf, isFromBefore, seenCutOff, STANDING_PERMISSIONS } from './standing.ts';
import { roleWearer } from './wearing.ts';

export const SESSION_CUT_OFF_KIND = 'aws/role-session-cut-off';

/** The latest cut-off that stands on another role of the plan. */
async function latestOfOthers(aws: Aws, { steps }: Plan, { target }: Step): Promise<Instant | null> {
  const others = steps.filter(
    ({ kind, verb, target: { roleName } }) =>
      kind === SESSION_CUT_OFF_KIND && verb === 'apply' && roleName !== target['roleName'],
  );
  let latest: Instant | null = null;
  for (const {
    target: { roleName = '' },
  } of others) {
    const from = await cutOffOf(aws, roleName);
    if (from !== null && (latest === null || from > latest)) latest = from;
  }
  return latest;
}

/** Until who is denied in the trust policy is known everywhere, they make new sessions: these have to be from before it. */
function isTooEarlyForTrust(aws: Aws, { trustDocument }: Role, from: Instant): boolean {
  const denied = deniedIn(trustDocument, aws.clock.now());
  return denied !== null && isTooEarlyForDenied(from, denied);
}

export const roleSessionCutOff = (aws: Aws): CredentialKind => ({
  kind: SESSION_CUT_OFF_KIND,
  reversibility: 'reversible',
  permissions: {
    apply: [...ROLE_PERMISSIONS, ...INLINE_PERMISSIONS, 'iam:PutRolePolicy'],
    undo: [...STANDING_PERMISSIONS.read, 'iam:DeleteRolePolicy'],
    check: [...ROLE_PERMISSIONS, ...STANDING_PERMISSIONS.see],
  },

  async apply({ plan, step, orderedAt }) {
    const RoleName = anyRoleNameOf(aws, { plan, step });
    const stands = await cutOffOf(aws, RoleName);
    const latest = await latestOfOthers(aws, plan, step);
    // One of another incident leaves alive what was made since; also one that lies ahead by less than the deny before it takes to spread.
    const counts = stands !== null && epochMs(stands) >= epochMs(orderedAt) + SPREAD_MS;
    const role = await findRole(aws, RoleName);
    if (role === null) {
      throw impossible(`The role ${RoleName} does not exist in the account ${aws.account}.`);
    }
    if (
      counts &&
      (latest === null || !isTooEarlyFor(stands, latest)) &&
      !isTooEarlyForTrust(aws, role, stands)
    ) {
      return { wasSo: true, evidence: { roleName: RoleName, sessionsFrom: stands } };
    }
    const from = cutOffWrittenAt(aws.clock.now());
    const PolicyDocument = policyOf(from);
    const full = `The inline policies of the role ${RoleName} leave no room for ${CUT_OFF}: AWS allows ${INLINE_CHARACTERS} characters together. Make one of them a managed policy, then order the step again; the quarantine holds the role meanwhile.`;
    if (
      (await inlineCharacters(roleWearer(aws, RoleName), CUT_OFF)) + PolicyDocument.length >
      INLINE_CHARACTERS
    ) {
      throw impossible(full);
    }
    try {
      await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: CUT_OFF, PolicyDocument }));
    } catch (error) {
      if (!isLimit(error)) throw error;
      throw impossible(full);
    }
    return { wasSo: false, evidence: { roleName: RoleName, sessionsFrom: from } };
  },

  async undo({ plan, step }) {
    const RoleName = anyRoleNameOf(aws, { plan, step });
    const gone = { wasSo: true, evidence: { policyName: CUT_OFF } };
    if ((await inlineDocument(aws, RoleName, CUT_OFF)) === undefined) return gone;
    const from = await cutOffOf(aws, RoleName);
    if (from === null) {
      throw impossible(
        `${CUT_OFF} of the role ${RoleName} is not as custody wrote it, so how long the thief's sessions live cannot be told: find out who changed it, and remove it by hand.`,
      );
    }
    const end = plus(from, durationMs(LONGEST_ROLE_SESSION));
    if (!isCleared(plan) && aws.clock.now() < Date.parse(end)) {
      throw impossible(
        `${CUT_OFF} of the role ${RoleName} stays until ${end}: sessions from before it may live until then.`,
      );
    }
    try {
      await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: CUT_OFF }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      return gone;
    }
    return { ...gone, wasSo: false };
  },

  watch: 'check',

  async check({ plan, step, evidence }) {
    const roleName = anyRoleNameOf(aws, { plan, step });
    if (step.verb === 'undo') {
      return (await inlineDocument(aws, roleName, CUT_OFF)) === undefined
        ? { holds: true, saw: `${CUT_OFF} is off the role ${roleName}.` }
        : { holds: false, saw: `The role ${roleName} still has ${CUT_OFF}.` };
    }
    const role = await findRole(aws, roleName);
    if (role === null) return { holds: true, saw: `The role ${roleName} does not exist any more.` };
    const { from, ...seen } = await seenCutOff(aws, role);
    const before = from === undefined ? undefined : isFromBefore(plan, roleName, from, [evidence]);
    if (before !== undefined) return { holds: false, saw: before };
    const latest = await latestOfOthers(aws, plan, step);
    if (from !== undefined && latest !== null && isTooEarlyFor(from, latest)) {
      return {
        holds: false,
        saw: `The cut-off of the role ${roleName} at ${from} lies too early for that at ${latest} of another role of the plan: between them, one could be used to become the other.`,
      };
    }
    if (from !== undefined && isTooEarlyForTrust(aws, role, from)) {
      return {
        holds: false,
        saw: `The cut-off of the role ${roleName} at ${from} lies too early: whoever its trust policy has denied since could make sessions after it.`,
      };
    }
    return seen;
  },
});
