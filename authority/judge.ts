// What one saying is: its form, its proof, and whether its speaker may say it. The incident decides about all that needs its state:
// gate, plan, expiry, repetition. Total: whatever is said, it answers with a judgement, and no secret is in it.
import type { z } from 'zod';
import { encode } from '../domain/encoding/base64url.ts';
import { canonical, hashOf } from '../domain/encoding/canonical.ts';
import { epochMs, type Instant } from '../domain/instant/instant.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { Assurance, Bearings, Judgement, Speaker } from '../domain/statement/judgement.ts';
import {
  type Body,
  type Saying,
  sayingSchema,
  type Statement,
  statementSchema,
  toldSchema,
} from '../domain/statement/statement.schema.ts';
import type { Authority } from './authority.ts';
import { bodySchemaOf } from './body.schema.ts';
import { provenBy } from './proof.ts';
import type { IssuerKeys } from './proof/issuer-keys.ts';
import { whyNotTheirs } from './receiver.ts';
import { memberOf } from './speaker.ts';
import { inWords, readStatement, unreadable } from './statement.ts';

/** How long a told word could be repeated, in seconds; it is not the speaker's to choose. */
const TOLD_LIFE_S = 600;

export interface Heard {
  /** The wire's name of the message. */
  message: string;
  payload: unknown;
  bearings: Bearings;
  now: Instant;
}

export interface JudgeBy {
  directory: Directory;
  authority: Authority;
  /** Left out: no login is believed. */
  issuerKeys?: IssuerKeys;
}

export async function judge(heard: Heard, by: JudgeBy): Promise<Judgement> {
  const body = bodySchemaOf(heard.message);
  if (body === undefined) return unreadable(`There is no message "${heard.message.slice(0, 64)}".`);
  const said = readPayload(heard);
  if (!said.readable) return said;
  const fits = body.safeParse(said.statement.body);
  if (!fits.success)
    return unreadable(`The content of "${heard.message}" is not of the right shape: ${inWords(fits.error)}.`);
  return said.saying.proof === undefined
    ? told(said.statement, said.saying, heard, by)
    : proven(said.statement, said.saying, heard, by);
}

type ReadPayload =
  | { readable: true; statement: Statement; saying: Saying }
  | { readable: false; reason: string };

function readPayload({ message, payload, bearings, now }: Heard): ReadPayload {
  const saying = sayingSchema.safeParse(payload);
  if (saying.success) {
    const read = readStatement(saying.data.statement);
    if (!read.readable) return read;
    if (read.statement.message !== message) {
      return unreadable(
        `It was sent as "${message}" and says "${read.statement.message}": send it under its own name.`,
      );
    }
    return { ...read, saying: saying.data };
  }
  const word = toldSchema.safeParse(payload);
  if (word.success) return toldStatement(message, word.data, bearings, now);
  return unreadable('It is neither { statement, proof } nor { person, body }.');
}

/** What was merely told, in the shape of a statement. A repetition in the same second is the same statement. */
function toldStatement(
  message: string,
  word: z.infer<typeof toldSchema>,
  bearings: Bearings,
  now: Instant,
): ReadPayload {
  const { person, body, answers = null, plan = null } = word;
  const iat = Math.floor(epochMs(now) / 1_000);
  let jti: string;
  try {
    jti = hashOf({ message, answers, plan, person, body, iat }).slice(0, 32);
  } catch {
    return unreadable('Its content has no JSON form.');
  }
  const { incident, firstRun } = bearings;
  const exp = iat + TOLD_LIFE_S;
  const statement = statementSchema.safeParse({
    v: 1,
    incident,
    firstRun,
    message,
    answers,
    plan,
    body,
    person,
    iat,
    exp,
    jti,
  });
  if (!statement.success) return unreadable(`It is not of the right shape: ${inWords(statement.error)}.`);
  return {
    readable: true,
    statement: statement.data,
    saying: { statement: encode(canonical(statement.data)) },
  };
}

function told(statement: Statement, saying: Saying, heard: Heard, by: JudgeBy): Judgement {
  const speaker = memberOf(by.directory, statement.person)?.speaker ?? null;
  return {
    readable: true,
    statement,
    saying,
    proof: { holds: true, assurance: 'told', kid: null },
    speaker,
    authority: permission(statement, { speaker, assurance: 'told' }, heard, by),
  };
}

async function proven(statement: Statement, saying: Saying, heard: Heard, by: JudgeBy): Promise<Judgement> {
  const proof = await provenBy(saying, by.directory, heard.now, by.issuerKeys);
  if (!proof.holds) {
    // Whoever it claims to be has not spoken: nothing of theirs goes into the judgement.
    const denied = { allowed: false, reason: 'Nobody may anything by a proof that does not hold.' };
    return { readable: true, statement, saying, proof, speaker: null, authority: denied };
  }
  const { speaker, assurance, kid, issuerKey } = proof;
  return {
    readable: true,
    statement,
    saying,
    proof: { holds: true, assurance, kid, ...(issuerKey === null ? {} : { issuerKey }) },
    speaker,
    authority: permission(statement, { speaker, assurance }, heard, by),
  };
}

/** Whether they may say it, and whoever they name may be named by them. */
function permission(
  { message, answers, body }: Statement,
  { speaker, assurance }: { speaker: Speaker | null; assurance: Assurance },
  { bearings }: Heard,
  { directory, authority }: JudgeBy,
): { allowed: boolean; reason: string } {
  const { allowed, reason: why } = authority.may({ message, answers, body, speaker, assurance, bearings });
  if (!allowed || message !== 'handOff') return { allowed, reason: why };
  const reason = whyNotTheirs(body as Body<'handOff'>, bearings.key, directory);
  return reason === null ? { allowed, reason: why } : { allowed: false, reason };
}
