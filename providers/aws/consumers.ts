// Who works with a user's keys, as far as AWS keeps it: what each was last used for, and when the secret was last read. Pure.
import type { SecretVersions } from './secret-store.ts';
import { usedInWords } from './person-or-workload.ts';
import type { LastUse } from './users.ts';
import type { WayIn } from './ways-in.ts';

export function consumersOf(
  keys: readonly WayIn[],
  uses: ReadonlyMap<string, LastUse | null>,
  secret: (SecretVersions & { id: string }) | null,
): string[] {
  return [
    ...keys
      .toSorted((a, b) => a.id.localeCompare(b.id))
      .map(({ id }) => {
        const use = uses.get(id) ?? null;
        return use?.at == null
          ? `No use of the access key ${id} is on record.`
          : `The access key ${id} was last used ${usedInWords(use)}.`;
      }),
    ...(secret === null ? [] : [aboutSecret(secret)]),
  ].map((line) => line.slice(0, 500));
}

export function aboutSecret({ id, readAt, rotates, rotatedAt }: SecretVersions & { id: string }): string {
  const read =
    readAt === null
      ? 'no reading of it is on record'
      : `last read on ${readAt.slice(0, 10)}, by custody itself perhaps`;
  const rotation = rotates
    ? `it rotates by itself, ${rotatedAt === null ? 'but has not yet' : `last on ${rotatedAt.slice(0, 10)}`}`
    : 'it does not rotate by itself';
  return `The secret ${id}: ${read}; ${rotation}.`.slice(0, 500);
}
