// aws/secret-deletion: order the deletion of a secret that holds nothing but keys that this plan has cut, where its owner says that no new one
// is to come. Always with a window in which AWS can restore it. What it rests on is read again just before, and values stay in here.
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { READ_SECRET_PERMISSIONS, secretStore, versionsOf } from './secret-store.ts';
import { storedKey } from './stored-key.ts';
import { named, userNameOf } from './target.ts';
import { KEYS_PERMISSIONS, keysOf } from './users.ts';

export const SECRET_DELETION_KIND = 'aws/secret-deletion';

export const secretDeletion = (aws: Aws): CredentialKind => ({
  kind: SECRET_DELETION_KIND,
  reversibility: 'irreversible',
  permissions: {
    apply: [...READ_SECRET_PERMISSIONS, ...KEYS_PERMISSIONS, 'secretsmanager:DeleteSecret'],
    undo: [],
    check: ['secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const secretId = named(act.step, 'secretId');
    const versions = await versionsOf(aws, secretId);
    if (versions === null || versions.deletedAt !== null) return { wasSo: true, evidence: {} };
    await requireOnlyCut(aws, act, secretId);
    await requireAllDead(aws, act, userName);
    const said = await aws.secrets(secretId).send(
      new DeleteSecretCommand({
        SecretId: secretId,
        RecoveryWindowInDays: Number(named(act.step, 'recoveryDays')),
      }),
    );
    const goneAt = said.DeletionDate?.toISOString();
    return { wasSo: false, evidence: goneAt === undefined ? {} : { goneAt } };
  },

  async undo() {
    throw impossible(
      'Custody brings no compromised secret back. While its recovery window is open, whoever runs it can: aws secretsmanager restore-secret.',
    );
  },

  async check({ step }) {
    const versions = await versionsOf(aws, named(step, 'secretId'));
    if (versions === null) return { holds: true, saw: 'The secret does not exist any more.' };
    return versions.deletedAt === null
      ? { holds: false, saw: 'The secret is there, and was not ordered to be deleted.' }
      : { holds: true, saw: `The secret was ordered to be deleted at ${versions.deletedAt}.` };
  },
});

const cutBy = ({ plan }: Act): string[] =>
  plan.steps.flatMap(({ kind, target }) => (kind === 'aws/access-key' ? (target['accessKeyId'] ?? []) : []));

/** A version that another one works with would be lost to it. */
async function requireOnlyCut(aws: Aws, act: Act, secretId: string): Promise<void> {
  const store = secretStore(aws, secretId);
  const cut = cutBy(act);
  for (const { id } of (await store.look())?.versions ?? []) {
    const key = storedKey((await store.read(id)) ?? '');
    if (key !== null && cut.includes(key.credentials.accessKeyId)) continue;
    throw impossible(
      `The version ${id} of the secret ${secretId} holds something other than a key that this plan has cut, so it is not deleted: take that out, or delete the secret by hand.`,
    );
  }
}

async function requireAllDead(aws: Aws, act: Act, userName: string): Promise<void> {
  const cut = cutBy(act);
  const alive = (await keysOf(aws, userName)).find((key) => cut.includes(key.accessKeyId) && key.active);
  if (alive === undefined) return;
  throw impossible(
    `The key ${alive.accessKeyId} is active again, so its secret is not deleted: deactivate it, and find out who brought it back.`,
  );
}
