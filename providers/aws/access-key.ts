// aws/access-key: deactivate the stolen key. There is no way back: a compromised credential is never re-activated, service
// comes back with a new one.
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Act, CredentialKind, Evidence } from '../../domain/provider/provider.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { GONE_KEY_PERMISSIONS, goneKey } from './gone-key.ts';
import { named, userNameOf } from './target.ts';
import { deadFrom, usedSince } from './last-use.ts';
import { TRAIL_PERMISSIONS } from './trail/lookup.ts';
import { wasOnlyTried } from './trail/tried.ts';
import { KEYS_PERMISSIONS, keysOf, lastUseOf } from './users.ts';

const KIND = 'aws/access-key';

/** When this key was first known to be inactive, as the step that cut it said; undefined where no step of the plan did. */
export function inactiveAtOf(
  plan: Plan,
  said: Record<string, Evidence>,
  accessKeyId: string,
): Instant | undefined {
  const cut = plan.steps.find((step) => step.kind === KIND && step.target['accessKeyId'] === accessKeyId);
  return cut === undefined ? undefined : said[cut.id]?.['inactiveAt'];
}

/** Whether the plan cuts this key in a step that comes after this one. */
export function isCutAfter({ steps }: Plan, { id }: Step, accessKeyId: string): boolean {
  const later = steps.slice(steps.findIndex((step) => step.id === id) + 1);
  return later.some((step) => step.kind === KIND && step.target['accessKeyId'] === accessKeyId);
}

export const accessKey = (aws: Aws): CredentialKind => ({
  kind: KIND,
  reversibility: 'replace-only',
  permissions: {
    apply: [...KEYS_PERMISSIONS, ...GONE_KEY_PERMISSIONS, 'iam:UpdateAccessKey'],
    undo: [],
    check: [...KEYS_PERMISSIONS, ...GONE_KEY_PERMISSIONS, ...TRAIL_PERMISSIONS],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const accessKeyId = named(act.step, 'accessKeyId');
    const key = (await keysOf(aws, userName)).find((one) => one.accessKeyId === accessKeyId);
    if (key === undefined) {
      const seen = await goneKey(aws, userName, accessKeyId);
      if (!seen.holds) throw impossible(seen.saw);
    }
    if (key === undefined || !key.active) return done(aws, act, accessKeyId, true);
    try {
      await aws.iam.send(
        new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status: 'Inactive' }),
      );
    } catch (error) {
      // Deleted between the read and the write: deader than asked for.
      if (!isMissing(error)) throw error;
      return done(aws, act, accessKeyId, true);
    }
    return done(aws, act, accessKeyId, false);
  },

  async undo() {
    throw impossible(
      'A compromised credential is never re-activated. Service comes back with a new key: order the replacement.',
    );
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const accessKeyId = named(step, 'accessKeyId');
    const key = (await keysOf(aws, userName)).find((one) => one.accessKeyId === accessKeyId);
    if (key === undefined) return goneKey(aws, userName, accessKeyId);
    return key.active
      ? { holds: false, saw: `The key ${accessKeyId} is ${key.status}.` }
      : { holds: true, saw: `The key ${accessKeyId} is inactive.` };
  },

  /** Inactive at both looks, it may have been active between them: then AWS tells of a use. */
  async watch({ plan, step, evidence, knownUse }) {
    const userName = userNameOf(aws, { plan, step });
    const accessKeyId = named(step, 'accessKeyId');
    const key = (await keysOf(aws, userName)).find((one) => one.accessKeyId === accessKeyId);
    if (key?.active === true) return { holds: false, saw: `The key ${accessKeyId} is ${key.status} again.` };
    if (key === undefined) {
      const seen = await goneKey(aws, userName, accessKeyId);
      if (!seen.holds) return seen;
    }
    const saw = `The key ${accessKeyId} ${key === undefined ? 'does not exist any more' : 'is inactive'}`;
    const last = await lastUseOf(aws, accessKeyId);
    const { inactiveAt } = evidence;
    const at = last?.at ?? null;
    if (last === null || at === null || inactiveAt === undefined || !usedSince(last, inactiveAt))
      return { holds: true, saw: `${saw}, and was not used since.` };
    const isKnown = knownUse !== null && at <= knownUse;
    if (isKnown) return { holds: true, saw: `${saw}, and was not used since ${at}, which is known.` };
    const where = `${last.service ?? 'a service'} in ${last.region ?? 'a region'} at ${at}`;
    const refused = await wasOnlyTried(aws, accessKeyId, deadFrom(inactiveAt), { at, region: last.region });
    return refused
      ? { holds: true, saw: `${saw}; it was tried for ${where}, and refused.`, use: { at, refused } }
      : {
          holds: false,
          saw: `${saw}, but was used for ${where}, after it was deactivated at ${inactiveAt}: somebody had activated it.`,
          use: { at, refused },
        };
  },
});

/** The moment is kept from the first time, so that a repetition does not excuse a use in between. */
function done(aws: Aws, act: Act, accessKeyId: string, wasSo: boolean) {
  const before = wasSo ? act.evidence[act.step.id]?.['inactiveAt'] : undefined;
  return { wasSo, evidence: { accessKeyId, inactiveAt: before ?? instant(aws.clock.now()) } };
}
