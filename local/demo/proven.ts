// How people's words were proved, read from the record alone: by which login, passkey or key, whether that was bound to the very
// statement, and which logins an executor says it verified itself. Pure.
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { MACHINE_MESSAGES, type Proof, sayingSchema } from '../../domain/statement/statement.schema.ts';

export type ProvedBy = 'key' | 'oidc' | 'passkey';

export interface Word {
  person: string;
  message: string;
  plan: string | null;
  /** Base64url SHA-256 of the statement: what a login's nonce and a passkey's challenge must be. */
  digest: string;
  by: ProvedBy;
  bound: boolean;
}

interface Proved {
  statement: string;
  proof: Proof;
}

interface Stated {
  person: string;
  message: string;
  plan: string | null;
  body: { issuerKeys?: { issuer: string; proves: string[] }[] };
}

/** What people said and proved, in its order. One word may have made several events. */
export function wordsOfPeople(events: readonly RecordedEvent[]): Word[] {
  const words = sayingsIn(events)
    .map(wordOf)
    .filter(({ message }) => !MACHINE_MESSAGES.some((machine) => machine === message));
  return [...new Map(words.map((word) => [word.digest, word])).values()];
}

/** Digests of the logins that executors verified with keys which they fetched from this provider, as their signed results say. */
export function verifiedByExecutors(events: readonly RecordedEvent[], issuer: string): Set<string> {
  const keys = sayingsIn(events).flatMap(({ statement }) => statedIn(statement).body.issuerKeys ?? []);
  return new Set(keys.filter((key) => key.issuer === issuer).flatMap(({ proves }) => proves));
}

function sayingsIn(events: readonly RecordedEvent[]): Proved[] {
  return events.flatMap(({ data }) => {
    const parsed = sayingSchema.safeParse((data as { saying?: unknown } | null)?.saying);
    const { statement, proof } = parsed.data ?? {};
    return statement === undefined || proof === undefined ? [] : [{ statement, proof }];
  });
}

function wordOf({ statement, proof }: Proved): Word {
  const { person, message, plan } = statedIn(statement);
  const digest = createHash('sha256').update(Buffer.from(statement, 'base64url')).digest('base64url');
  return { person, message, plan, digest, by: proof.type, bound: isBound(proof, digest) };
}

function isBound(proof: Proof, digest: string): boolean {
  switch (proof.type) {
    case 'oidc':
      return json<{ nonce?: string }>(proof.idToken.split('.')[1] ?? '').nonce === digest;
    case 'passkey':
      return json<{ challenge?: string }>(proof.clientDataJSON).challenge === digest;
    case 'key':
      // A signature over the statement itself: whether it holds is for `custody record verify`.
      return true;
  }
}

const statedIn = (statement: string): Stated => json<Stated>(statement);
const json = <T>(base64url: string): T => JSON.parse(Buffer.from(base64url, 'base64url').toString()) as T;
