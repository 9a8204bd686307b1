// The secrets in which a user's keys are kept: the runbook's, those whose tag says so, and, where there is neither, those whose name is a
// hint. Pure.
import type { Access } from '../../../domain/access/access.schema.ts';
import type { Lies } from '../where-it-lies.ts';

/** `named`: the one that the runbook names, as it names it; null where it names none that exists. */
export function keptIn(
  { found }: Pick<Lies, 'found'>,
  named: { id: string; arn: string } | null,
): Access['secrets']['first'] {
  const of = (how: 'tag' | 'name') =>
    found
      .filter(({ arn, by }) => by === how && arn !== named?.arn)
      .map(({ arn, by }) => ({ secret: arn, by }))
      .toSorted((a, b) => a.secret.localeCompare(b.secret));
  const known = [...(named === null ? [] : [{ secret: named.id, by: 'runbook' as const }]), ...of('tag')];
  return known.length > 0 ? known : of('name');
}
