// Whether a saying is really its speaker's, by a directory of keys, logins and passkeys. Whoever needs a proof checks it with a
// directory of its own. It never judges whether they may say it, nor whether it is still in time.
import type { Instant } from '../domain/instant/instant.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { type IssuerKeys, noIssuerKeys } from './proof/issuer-keys.ts';
import { provenByKey } from './proof/key.ts';
import { provenByLogin } from './proof/oidc.ts';
import { failed, type Proof } from './proof/outcome.ts';
import { memberOf } from './speaker.ts';
import { readStatement } from './statement.ts';

/** As if it were theirs: only for who counts what nobody has proved, and knows it. A machine's word is never taken so. */
export function toldBy(saying: Saying, directory: Directory): Proof {
  const read = readStatement(saying.statement);
  if (!read.readable) return failed(read.reason);
  const { statement } = read;
  const speaker = memberOf(directory, statement.person)?.speaker ?? null;
  if (speaker === null || speaker.role !== null)
    return failed(`${statement.person} is no person of the directory: add them to people.yaml.`);
  return { holds: true, statement, speaker, kid: '', assurance: 'told', issuerKey: null };
}

export type { Proof, Proven } from './proof/outcome.ts';

/**
 * `at` is when it is judged; what proves must have been valid when the statement was made, and not be revoked by then.
 * Without `issuerKeys` no login is believed.
 */
export async function provenBy(
  saying: Saying,
  directory: Directory,
  at: Instant,
  issuerKeys: IssuerKeys = noIssuerKeys,
): Promise<Proof> {
  const read = readStatement(saying.statement);
  if (!read.readable) return failed(read.reason);
  const { statement } = read;
  const { proof } = saying;
  if (proof === undefined) return failed('It carries no proof: log in, or sign it with your key.');
  const member = memberOf(directory, statement.person);
  if (member === null) return failed(`${statement.person} is not in the directory: add them to people.yaml.`);
  const toProve = { text: saying.statement, statement, member, directory, at, issuerKeys };
  switch (proof.type) {
    case 'key':
      return provenByKey(proof.jws, toProve);
    case 'oidc':
      return provenByLogin(proof.idToken, toProve);
    case 'passkey': {
      // Most processes never see one, and what verifies it is large.
      const { provenByPasskey } = await import('./proof/passkey.ts');
      return provenByPasskey(proof, toProve);
    }
  }
}
