// The trust policy of a role: who may become it. Pure. Read with suspicion: what it might allow counts as allowed, and its denials and
// conditions are not counted on.
import { matches } from '../wildcard.ts';

export interface Entrusted {
  /** `anybody` also where it names those who may not. */
  kind: 'AWS' | 'Service' | 'Federated' | 'anybody';
  id: string;
}

export interface Trust {
  /** null: it cannot be understood. */
  entrusted: readonly Entrusted[] | null;
}

const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `document`: URL-encoded JSON, as IAM answers. */
export function trustOf(document: string | undefined): Trust {
  try {
    const said = JSON.parse(decodeURIComponent(document ?? '')) as { Statement?: unknown };
    return { entrusted: list(said.Statement).flatMap(entrustedBy) };
  } catch {
    return { entrusted: null };
  }
}

function entrustedBy(said: unknown): Entrusted[] {
  const { Effect, Principal, Action, NotAction } = said as Record<string, unknown>;
  if (Effect !== 'Allow') return [];
  const patterns = list(Action).map(String);
  if (NotAction === undefined && !ASSUMING.some((one) => patterns.some((pattern) => matches(pattern, one))))
    return [];
  // Without `Principal` it names those who may not.
  if (Principal === undefined || Principal === '*') return [{ kind: 'anybody', id: '*' }];
  return Object.entries(Principal as Record<string, unknown>).flatMap(([kind, ids]) =>
    list(ids).map((id): Entrusted => {
      if (id === '*') return { kind: 'anybody', id: '*' };
      return { kind: kind === 'Service' || kind === 'Federated' ? kind : 'AWS', id: String(id) };
    }),
  );
}

/**
 * `itself`: by its own name, so that it needs no policy of its own; likewise `anybody`, and `unclear` where it cannot be understood.
 * `account`: the account is trusted, and what its own policies allow decides.
 */
export type Admission = 'itself' | 'anybody' | 'account' | 'unclear';

/** null: not at all. */
export function admits(
  { entrusted }: Trust,
  { arn, uniqueId }: { arn: string; uniqueId: string },
): Admission | null {
  const [, partition, , , account = '', resource = ''] = arn.split(':');
  const session = `arn:${partition}:sts::${account}:assumed-role/${resource.split('/').at(-1)}/`;
  const isIt = ({ kind, id }: Entrusted) =>
    kind === 'AWS' && (id === arn || id === uniqueId || id.startsWith(session));
  const isAccount = ({ kind, id }: Entrusted) =>
    kind === 'AWS' && (id === account || id === `arn:${partition}:iam::${account}:root`);
  if (entrusted === null) return 'unclear';
  if (entrusted.some(isIt)) return 'itself';
  if (entrusted.some(({ kind }) => kind === 'anybody')) return 'anybody';
  return entrusted.some(isAccount) ? 'account' : null;
}
