// aws/access-key-deletion: delete the old key, once nothing needs it. Irreversible, so what it rests on is read again just before.
import { DeleteAccessKeyCommand } from '@aws-sdk/client-iam';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { inactiveAtOf } from './access-key.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { GONE_KEY_PERMISSIONS, goneKey } from './gone-key.ts';
import { usedSince } from './last-use.ts';
import { named, userNameOf } from './target.ts';
import { KEYS_PERMISSIONS, keysOf, lastUseOf } from './users.ts';

export const accessKeyDeletion = (aws: Aws): CredentialKind => ({
  kind: 'aws/access-key-deletion',
  reversibility: 'irreversible',
  permissions: {
    apply: [...KEYS_PERMISSIONS, ...GONE_KEY_PERMISSIONS, 'iam:DeleteAccessKey'],
    undo: [],
    check: [...KEYS_PERMISSIONS, ...GONE_KEY_PERMISSIONS],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const accessKeyId = named(act.step, 'accessKeyId');
    const evidence = { accessKeyId };
    const key = (await keysOf(aws, userName)).find((one) => one.accessKeyId === accessKeyId);
    if (key === undefined) {
      const seen = await goneKey(aws, userName, accessKeyId);
      if (!seen.holds) throw impossible(seen.saw);
      return { wasSo: true, evidence };
    }
    if (key.active) {
      throw impossible(
        `The key ${accessKeyId} is ${key.status}, so it is not deleted: deactivate it again, and find out who brought it back.`,
      );
    }
    const inactiveAt = inactiveAtOf(act.plan, act.evidence, accessKeyId);
    if (inactiveAt === undefined) {
      throw impossible(
        `Nothing says when the key ${accessKeyId} was deactivated, so nobody can tell whether it was used since: order its deactivation first.`,
      );
    }
    const use = await lastUseOf(aws, accessKeyId);
    if (usedSince(use, inactiveAt)) {
      throw impossible(
        `The key ${accessKeyId} was used at ${use?.at}, after it was deactivated at ${inactiveAt}, so it is not deleted: find out who brought it back.`,
      );
    }
    try {
      await aws.iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      return { wasSo: true, evidence };
    }
    return { wasSo: false, evidence };
  },

  async undo() {
    throw impossible(
      'A deleted key cannot come back. Service comes back with a new key: order the replacement.',
    );
  },

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const accessKeyId = named(step, 'accessKeyId');
    const there = (await keysOf(aws, userName)).some((one) => one.accessKeyId === accessKeyId);
    return there
      ? { holds: false, saw: `The key ${accessKeyId} still exists.` }
      : goneKey(aws, userName, accessKeyId);
  },
});
