// aws/compromised-versions: let go of what a stolen credential once stood in. AWS deletes no version on demand: it deletes those that no label
// names, in its own time. So every label comes off, custody's mark as the last one: until then a repeated attempt knows what it is about.
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import { isMarked, letGo, type SecretVersions, versionsOf } from './secret-store.ts';
import { named, secretIdOf, userNameOf } from './target.ts';

export const COMPROMISED_VERSIONS_KIND = 'aws/compromised-versions';

export const compromisedVersions = (aws: Aws): CredentialKind => ({
  kind: COMPROMISED_VERSIONS_KIND,
  reversibility: 'irreversible',
  permissions: {
    apply: ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'],
    undo: [],
    check: ['secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const secretId = ofPlan(aws, act);
    const versions = await versionsOf(aws, secretId);
    if (versions === null) return { wasSo: true, evidence: {} };
    const marked = markedIn(versions);
    for (const id of marked) {
      const label = (versions.stages[id] ?? []).find((one) => one === 'AWSCURRENT' || one === 'AWSPENDING');
      if (label === undefined) continue;
      throw impossible(
        `The version ${id} of the secret ${secretId} is marked as compromised and wears ${label}, so it is not let go: find out who gave it out again, and have the secret rotated.`,
      );
    }
    for (const id of marked) await letGo(aws, secretId, id, versions.stages[id] ?? []);
    return { wasSo: marked.length === 0, evidence: { letGo: marked.join(', ').slice(0, 2_000) } };
  },

  async undo() {
    throw impossible(
      'A version that was let go is not brought back, for what it holds is compromised: order another rotation.',
    );
  },

  async check({ step }) {
    const secretId = named(step, 'secretId');
    const versions = await versionsOf(aws, secretId);
    if (versions === null) return { holds: true, saw: `The secret ${secretId} does not exist any more.` };
    const left = markedIn(versions);
    return left.length === 0
      ? { holds: true, saw: 'No label names a version that was marked as compromised.' }
      : {
          holds: false,
          saw: `Labels still name versions that are marked as compromised: ${left.join(', ')}.`,
        };
  },
});

/** Of a user it is where its key lies, as people approved it. */
function ofPlan(aws: Aws, act: Act): string {
  if (act.plan.identity.kind === 'secret') return secretIdOf(aws, act);
  userNameOf(aws, act);
  return named(act.step, 'secretId');
}

const markedIn = (versions: SecretVersions): string[] =>
  Object.keys(versions.stages)
    .filter((id) => isMarked(versions, id))
    .toSorted();
