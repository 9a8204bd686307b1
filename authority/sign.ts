// Says something to one incident, signed. Used by people (through the CLI) and machines alike: the bytes are the same.
// It never signs what a reader would refuse.
import { randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import { decodeBytes, encode } from '../domain/encoding/base64url.ts';
import { canonical } from '../domain/encoding/canonical.ts';
import { epochMs, type Instant } from '../domain/instant/instant.ts';
import type {
  ApartMessage,
  MachineMessage,
  Message,
  Saying,
  Statement,
} from '../domain/statement/statement.schema.ts';
import { bodySchemaOf } from './body.schema.ts';
import type { SigningKey } from './keys.ts';
import { inWords, readStatement } from './statement.ts';

export const PROOF_TYPE = 'custody+jws';

export interface ToState {
  /** Id of the one who says it. */
  person: string;
  /** Workflow id and first run id; null in statements about people or the runbook. */
  incident: string | null;
  firstRun: string | null;
  message: Message | MachineMessage | ApartMessage;
  /** The hold, gate or order it answers. */
  answers: string | null;
  /** Hash of the plan that was shown. */
  plan: string | null;
  body: Record<string, unknown>;
  now: Instant;
  /** How long it may be delivered. At most seven days. */
  validForMs: number;
}

export interface ToSay extends Omit<ToState, 'person'> {
  key: SigningKey;
}

/** A saying whose proof is a key. */
export interface SignedSaying extends Saying {
  proof: { type: 'key'; jws: string };
}

/** Throws `TypeError` where the statement could not be read by anybody. */
export async function say({ key, ...said }: ToSay): Promise<SignedSaying> {
  const statement = stated({ ...said, person: key.person });
  return { statement, proof: await signedBy(key, statement) };
}

/** The statement as it travels, base64url: what a proof is then made over. Throws `TypeError` where nobody could read it. */
export function stated({ now, validForMs, ...said }: ToState): string {
  const iat = Math.floor(epochMs(now) / 1_000);
  const statement: Statement = {
    v: 1,
    incident: said.incident,
    firstRun: said.firstRun,
    message: said.message,
    answers: said.answers,
    plan: said.plan,
    body: said.body,
    person: said.person,
    iat,
    exp: iat + Math.ceil(validForMs / 1_000),
    jti: randomUUID(),
  };
  const text = encode(canonical(statement));
  const read = readStatement(text);
  if (!read.readable) throw new TypeError(read.reason);
  const body = bodySchemaOf(said.message)?.safeParse(read.statement.body);
  if (body?.success !== true) {
    throw new TypeError(
      `"${said.message}" cannot be said like this: ${body === undefined ? 'no such message' : inWords(body.error)}`,
    );
  }
  return text;
}

/** The proof of whoever holds the key. */
export const signedBy = async (key: SigningKey, statement: string): Promise<SignedSaying['proof']> => ({
  type: 'key',
  jws: await detachedJws(statement, key),
});

/** A compact JWS over the statement's bytes, its middle left out: the payload travels beside it. */
async function detachedJws(statement: string, { privateKey, alg, kid }: SigningKey): Promise<string> {
  const jws = await new CompactSign(decodeBytes(statement))
    .setProtectedHeader({ alg, kid, typ: PROOF_TYPE })
    .sign(privateKey);
  const [header, , signature] = jws.split('.');
  return `${header}..${signature}`;
}
