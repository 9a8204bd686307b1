// Tries every proof of an order by the executor's own directory, and says with which identity providers' keys the logins held.
import type { Instant } from '../../domain/instant/instant.ts';
import { appliedSchema, type Order } from '../../domain/plan/order.schema.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { ProvingKey } from '../../domain/statement/issuer-key.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { type Proof, type Proven, provenBy, toldBy } from '../proof.ts';
import { type IssuerKeys, keptFirst } from '../proof/issuer-keys.ts';
import { statementDigest } from '../proof/oidc.ts';

export interface ProveBy {
  directory: Directory;
  /** Whether its own policy takes decisions here that nobody has proved. */
  takesTold: boolean;
  /** Id of the executor that verifies. */
  executor: string;
  issuerKeys: IssuerKeys | undefined;
  now: Instant;
}

/** In the order of `decisions`, `results` and `undoes`. */
export interface Proofs {
  decisions: Proof[];
  results: Proof[];
  /** For each plan that is taken back. */
  undoes: Proof[][];
  issuerKeys: ProvingKey[];
}

export async function provenOf({ decisions, results, undoes = [] }: Order, by: ProveBy): Promise<Proofs> {
  const { directory, executor, now } = by;
  // What a key proves needs no provider: it comes first, and once.
  const byOwnKey = await Promise.all(
    results.map(async (saying) => (saying.proof?.type === 'key' ? provenBy(saying, directory, now) : null)),
  );
  // What this executor signed itself came from its own question to the provider.
  const kept = byOwnKey.flatMap((proof) =>
    proof?.holds === true && proof.speaker.id === executor ? provingKeysIn(proof) : [],
  );
  const keys = by.issuerKeys === undefined ? undefined : keptFirst(kept, by.issuerKeys);
  const prove = (saying: Saying) => provenBy(saying, directory, now, keys);
  const decided = async (saying: Saying) =>
    by.takesTold && saying.proof === undefined ? toldBy(saying, directory) : prove(saying);
  const [provenDecisions, provenResults, provenUndone] = await Promise.all([
    Promise.all(decisions.map(decided)),
    Promise.all(results.map(async (saying, i) => byOwnKey[i] ?? prove(saying))),
    Promise.all(undoes.map((one) => Promise.all(one.results.map(prove)))),
  ]);
  const proofs = { decisions: provenDecisions, results: provenResults, undoes: provenUndone };
  const pairs = [
    ...decisions.map((saying, i) => ({ saying, proof: proofs.decisions[i] })),
    ...results.map((saying, i) => ({ saying, proof: proofs.results[i] })),
  ];
  return { ...proofs, issuerKeys: byKey(pairs) };
}

/** What an executor signed into a result. */
export function provingKeysIn({ statement }: Proven): ProvingKey[] {
  if (statement.message !== 'applied') return [];
  const body = appliedSchema.safeParse(statement.body);
  return body.success ? (body.data.issuerKeys ?? []) : [];
}

/** Each key once, with the statements that it proves. */
function byKey(pairs: readonly { saying: Saying; proof: Proof | undefined }[]): ProvingKey[] {
  const keys = new Map<string, ProvingKey>();
  for (const { saying, proof } of pairs) {
    if (proof?.holds !== true || proof.issuerKey === null) continue;
    const { issuer, jwk } = proof.issuerKey;
    const name = JSON.stringify([issuer, jwk.kid]);
    const digest = statementDigest(saying.statement);
    const before = keys.get(name)?.proves ?? [];
    if (!before.includes(digest)) keys.set(name, { issuer, jwk, proves: [...before, digest] });
  }
  return [...keys.values()];
}
