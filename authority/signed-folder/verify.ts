// Whether a policy folder is signed: by enough of those who may, each once, and not older than what was accepted before.
// It judges signatures alone; what the folder says is for those who read it.
import type { Instant } from '../../domain/instant/instant.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { signSchema } from '../body.schema.ts';
import { type Proven, provenBy } from '../proof.ts';
import type { Signers } from './signers.schema.ts';
import { asDirectory } from './signers.ts';

/** One state of one folder. */
export interface Accepted {
  serial: number;
  hash: string;
}

export interface FolderToVerify {
  /** Of the folder as it was read. */
  hash: string;
  signatures: readonly Saying[];
  signers: Signers;
  /** What was accepted last; null: nothing yet. */
  last: Accepted | null;
  at: Instant;
}

export interface Refused {
  ok: false;
  /** Name of the check that refused. */
  check: string;
  reason: string;
}

export type FolderVerdict = { ok: true; serial: number; by: string[] } | Refused;

export async function verifyFolder({
  hash,
  signatures,
  signers,
  last,
  at,
}: FolderToVerify): Promise<FolderVerdict> {
  if (signatures.length === 0)
    return refused('isSigned', 'Nobody has signed this folder: custody runbook sign');
  const read: (Signed | Refused)[] = [];
  for (const saying of signatures) read.push(await readSignature(saying, hash, signers, at));
  const good = read.filter((one): one is Signed => one.ok);
  const serials = [...new Set(good.map(({ serial }) => serial))].toSorted((a, b) => b - a);
  const byOf = (serial: number) => [
    ...new Set(good.filter((one) => one.serial === serial).map(({ person }) => person)),
  ];
  const serial = serials.find((one) => byOf(one).length >= signers.quorum);
  if (serial === undefined) return whyNotEnough(read, good, signers.quorum);
  for (const { name, check } of againstTheLast) {
    const reason = check({ serial, hash }, last);
    if (reason !== null) return refused(name, reason);
  }
  return { ok: true, serial, by: byOf(serial).toSorted() };
}

interface Signed {
  ok: true;
  person: string;
  serial: number;
}

/** One signature by itself. One that does not hold takes nothing from the others. */
export async function readSignature(
  saying: Saying,
  hash: string,
  signers: Signers,
  at: Instant,
): Promise<Signed | Refused> {
  if (saying.proof?.type !== 'key')
    return refused('isAKeys', 'A folder is signed by a key, not by a login or passkey: custody runbook sign');
  const proof = await provenBy(saying, asDirectory(signers), at);
  if (!proof.holds) return refused('signatureHolds', `A signature does not hold: ${proof.reason}`);
  for (const { name, check } of signatureChecks) {
    const reason = check(proof, hash);
    if (reason !== null) return refused(name, reason);
  }
  const { serial } = signSchema.parse(proof.statement.body);
  return { ok: true, person: proof.speaker.id, serial };
}

/** First refusal wins. */
export const signatureChecks: readonly {
  name: string;
  check: (proof: Proven, hash: string) => string | null;
}[] = [
  { name: 'saysThatItSigns', check: saysThatItSigns },
  { name: 'isOfNoIncident', check: isOfNoIncident },
  { name: 'isOfThisFolder', check: isOfThisFolder },
];

function saysThatItSigns({ statement, speaker }: Proven): string | null {
  const signs = statement.message === 'sign' && signSchema.safeParse(statement.body).success;
  return signs ? null : `What ${speaker.id} signed here says "${statement.message}", and signs no folder.`;
}

function isOfNoIncident({ statement, speaker }: Proven): string | null {
  const { incident, firstRun, answers, plan } = statement;
  return [incident, firstRun, answers, plan].every((one) => one === null)
    ? null
    : `What ${speaker.id} signed is about an incident, and not about a folder alone.`;
}

function isOfThisFolder({ statement, speaker }: Proven, hash: string): string | null {
  return signSchema.parse(statement.body).folder === hash
    ? null
    : `${speaker.id} has signed another state of the folder, or another folder: sign this one (${hash.slice(0, 12)}…).`;
}

/** First refusal wins. */
const againstTheLast: readonly {
  name: string;
  check: (found: Accepted, last: Accepted | null) => string | null;
}[] = [
  { name: 'isNotOlder', check: isNotOlder },
  { name: 'serialIsOneStates', check: serialIsOneStates },
];

function isNotOlder({ serial }: Accepted, last: Accepted | null): string | null {
  return last === null || serial >= last.serial
    ? null
    : `The folder has the serial ${serial}, and ${last.serial} was accepted before: to go back, sign the old content with a higher serial.`;
}

function serialIsOneStates({ serial, hash }: Accepted, last: Accepted | null): string | null {
  return last === null || serial !== last.serial || hash === last.hash
    ? null
    : `The serial ${serial} was another state of the folder before: sign this one with a higher serial.`;
}

function whyNotEnough(read: readonly (Signed | Refused)[], good: readonly Signed[], quorum: number): Refused {
  const bad = read.find((one) => !one.ok);
  if (bad !== undefined) return bad;
  const people = [...new Set(good.map(({ person }) => person))].toSorted();
  return refused(
    'enoughHaveSigned',
    `${quorum} different people must sign the same serial; so far: ${people.join(', ')}. The others: custody runbook sign`,
  );
}

const refused = (check: string, reason: string): Refused => ({ ok: false, check, reason });
