// A passkey is one's own by one's own word, proven by what one had before, and by the word of a second person. Without both it stands in
// no directory. What proves the words must be listed: a key that is revoked later takes no passkey back, revoke that too.
import { type Instant, instant } from '../domain/instant/instant.ts';
import type { NewPasskey, Passkey, RelyingParty } from '../domain/runbook/passkey.schema.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { IssuerKey } from '../domain/statement/issuer-key.schema.ts';
import type { Saying, Statement } from '../domain/statement/statement.schema.ts';
import { enrolSchema, vouchSchema } from './body.schema.ts';
import type { SigningKey } from './keys.ts';
import { type Proven, provenBy } from './proof.ts';
import type { IssuerKeys } from './proof/issuer-keys.ts';
import { statementDigest } from './proof/oidc.ts';
import { signedBy, stated } from './sign.ts';
import { readStatement } from './statement.ts';

/** So long a second person may take. */
const VALID_MS = 7 * 24 * 3_600_000;

const APART = { incident: null, firstRun: null, answers: null, plan: null } as const;
const isApart = (statement: Statement): boolean =>
  Object.keys(APART).every((name) => statement[name as keyof typeof APART] === null);

/** The statement of whoever has made it. */
export const enrolling = (
  person: string,
  { id, publicKey, counter = 0 }: NewPasskey,
  { rpId }: RelyingParty,
  now: Instant,
): string =>
  stated({
    ...APART,
    person,
    message: 'enrol',
    body: { credentialId: id, publicKey, counter, rpId },
    now,
    validForMs: VALID_MS,
  });

/** The statement of the second person. `issuerKey`: by which the login of the first held. */
export const vouching = (person: string, said: Saying, issuerKey: IssuerKey | null, now: Instant): string =>
  stated({
    ...APART,
    person,
    message: 'vouch',
    body: {
      enrolment: statementDigest(said.statement),
      ...(issuerKey === null ? {} : { issuerKey }),
    },
    now,
    validForMs: VALID_MS,
  });

/** An entry for people.yaml, where both have their keys at hand. */
export async function enrolledPasskey(
  passkey: NewPasskey,
  site: RelyingParty,
  { owner, second, now }: { owner: SigningKey; second: SigningKey; now: Instant },
): Promise<Passkey> {
  const first = enrolling(owner.person, passkey, site, now);
  const said = { statement: first, proof: await signedBy(owner, first) };
  const other = vouching(second.person, said, null, now);
  return {
    ...passkey,
    enrolment: { said, vouched: { statement: other, proof: await signedBy(second, other) } },
  };
}

/** What the owner said holds, or why it does not. `issuerKeys`: for a login. */
export async function provenEnrolment(
  owner: string,
  { id, publicKey, counter = 0 }: NewPasskey,
  said: Saying,
  { directory, issuerKeys }: { directory: Directory; issuerKeys?: IssuerKeys },
): Promise<Proven | string> {
  if (said.proof?.type === 'passkey') return 'a passkey is enrolled by a key or a login, not by a passkey';
  const proof = await whenSaid(said, directory, issuerKeys);
  if (typeof proof === 'string') return `what ${owner} said of it does not hold: ${proof}`;
  const { statement, speaker } = proof;
  const body = enrolSchema.safeParse(statement.body);
  if (statement.message !== 'enrol' || !isApart(statement) || !body.success)
    return `what ${owner} said is no enrolment`;
  if (speaker.id !== owner || speaker.role !== null)
    return `${speaker.id} said that it is theirs, not ${owner}`;
  const { data } = body;
  return data.credentialId === id &&
    data.publicKey === publicKey &&
    data.counter === counter &&
    data.rpId === directory.passkeys?.rpId
    ? proof
    : `what ${owner} said is of another passkey, or of another site`;
}

/** Why this entry of theirs does not count, or null. */
export async function whyNotEnrolled(
  owner: string,
  passkey: Passkey,
  directory: Directory,
): Promise<string | null> {
  const { said, vouched } = passkey.enrolment;
  if (vouched.proof?.type !== 'key') return 'the second person vouches for it by a key';
  const second = await whenSaid(vouched, directory);
  if (typeof second === 'string') return `the second person's word does not hold: ${second}`;
  const body = vouchSchema.safeParse(second.statement.body);
  if (second.statement.message !== 'vouch' || !isApart(second.statement) || !body.success)
    return 'what the second person said vouches for nothing';
  if (second.speaker.id === owner || second.speaker.role !== null)
    return `${second.speaker.id} is no second person: another than ${owner} vouches for it`;
  if (body.data.enrolment !== statementDigest(said.statement))
    return `${second.speaker.id} vouched for another enrolment`;
  const { issuerKey } = body.data;
  const first = await provenEnrolment(owner, passkey, said, {
    directory,
    ...(issuerKey === undefined ? {} : { issuerKeys: only(issuerKey) }),
  });
  if (typeof first === 'string') return first;
  return second.statement.iat > first.statement.exp ? `${second.speaker.id} vouched for it too late` : null;
}

/** As it was when it was said. */
async function whenSaid(
  saying: Saying,
  directory: Directory,
  issuerKeys?: IssuerKeys,
): Promise<Proven | string> {
  const read = readStatement(saying.statement);
  if (!read.readable) return read.reason;
  const proof = await provenBy(saying, directory, instant(read.statement.iat * 1_000), issuerKeys);
  return proof.holds ? proof : proof.reason;
}

const only = ({ issuer, jwk }: IssuerKey): IssuerKeys => ({
  keyOf: (asked) =>
    Promise.resolve(
      asked.issuer === issuer && asked.kid === jwk.kid
        ? { jwk }
        : { none: 'The second person vouched for another key of the identity provider.' },
    ),
});
