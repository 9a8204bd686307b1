// Everybody of the rightful world with a key, a login and a passkey: one saying can be proved in each of the three ways.
import { readStatement } from '../../../authority/statement.ts';
import { decode } from '../../../domain/encoding/base64url.ts';
import { issuerSchema } from '../../../domain/runbook/issuer.schema.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { Saying, Statement } from '../../../domain/statement/statement.schema.ts';
import { signedBy } from '../../../authority/sign.ts';
import { type Name, newWorld, type World } from '../rightful.ts';
import { type AProvider, type Bent, CLIENT, idTokenFor, ISSUER, newProvider } from './a-provider.ts';
import {
  assertionOver,
  type Authenticator,
  entryOf,
  type How,
  newAuthenticator,
  ORIGIN,
} from './an-authenticator.ts';

export const PROOF_TYPES = ['key', 'oidc', 'passkey'] as const;
export type ProofType = (typeof PROOF_TYPES)[number];

export interface Provers {
  world: World;
  provider: AProvider;
  foreign: AProvider;
  authenticators: Record<string, Authenticator>;
  directory: Directory;
}

export async function newProvers(): Promise<Provers> {
  const [world, provider, foreign] = await Promise.all([
    newWorld(),
    newProvider(),
    newProvider('https://login.example.org'),
  ]);
  const directory = structuredClone(world.directory);
  directory.issuers = [issuerSchema.parse({ issuer: ISSUER, audience: CLIENT })];
  directory.passkeys = { rpId: 'localhost', origins: [ORIGIN] };
  const authenticators: Record<string, Authenticator> = {};
  for (const [id, person] of Object.entries(directory.people)) {
    const authenticator = newAuthenticator(`a-passkey-of-${id}`);
    authenticators[id] = authenticator;
    person.logins = [{ issuer: ISSUER, subject: `sub-${id}` }];
    person.passkeys = [await entryOf(authenticator, world, id as Name)];
  }
  return { world, provider, foreign, authenticators, directory };
}

/** What is otherwise than in a rightful proof. */
export type Otherwise = Bent & How;

/** Proves the text of a statement as this person, also one that nobody would take. */
export async function provenAs(
  { world, provider, authenticators }: Provers,
  type: ProofType,
  name: Name,
  statement: string,
  how: Otherwise = {},
): Promise<Saying> {
  if (type === 'key') return { statement, proof: await signedBy(world.keys[name], statement) };
  if (type === 'passkey') {
    const authenticator = authenticators[name];
    if (authenticator === undefined) throw new Error(`${name} has no passkey`);
    return { statement, proof: assertionOver(statement, authenticator, how) };
  }
  const { iat } = JSON.parse(decode(statement)) as Statement;
  const idToken = await idTokenFor(statement, { person: name, iat }, provider, how);
  return { statement, proof: { type: 'oidc', idToken } };
}

/** The same words, proved otherwise. */
export function provenAnew(provers: Provers, type: ProofType, { statement }: Saying): Promise<Saying> {
  const read = readStatement(statement);
  if (!read.readable) throw new Error(read.reason);
  return provenAs(provers, type, read.statement.person as Name, statement);
}
