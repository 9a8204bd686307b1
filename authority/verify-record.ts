// Verifies a record file offline: the chain, what everybody said, and the seal, by a directory that the reader brings along.
// It asks no server, and believes no line that it has not checked.
import { createHash } from 'node:crypto';
import { epochMs, type Instant, instant } from '../domain/instant/instant.ts';
import { brokenLink, GENESIS, type Head } from '../domain/record/record.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { IssuerKey } from '../domain/statement/issuer-key.schema.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { sealedSchema } from './body.schema.ts';
import { type Proven, provenBy, toldBy } from './proof.ts';
import { statementDigest } from './proof/oidc.ts';
import { isToldVote, needsOwnProof, needsProof, tellsWhatWasSaid } from './record/claims.ts';
import { type Earlier, nothingEarlier, whyUnlike } from './record/earlier.ts';
import type { EventLine, SealLine } from './record/line.schema.ts';
import { recordedKeys, restsOn, signedKeysIn, type Voucher, vouchersFor } from './record/login-keys.ts';
import { type Broken, readRecord } from './record/read.ts';
import { sayingsIn, signedElsewhereIn, toldIn, wordOf } from './record/sayings.ts';
import { memberOf } from './speaker.ts';
import { readStatement } from './statement.ts';

export interface VerifyBy {
  directory: Directory;
  /** Content of the runbook folder as the record store keeps it; without it, the record's runbook hash is not checked. */
  runbookContent?: string;
}

export interface RecordReport {
  /** Everything that is there holds. An open record can be `ok` and not sealed. */
  ok: boolean;
  /** The first broken link; what the counts say was verified before it. */
  broken: Broken | null;
  sealed: boolean;
  sealedBy: string | null;
  incident: string | null;
  firstRun: string | null;
  events: number;
  head: Head;
  /** Words whose proof held, each counted once. */
  proofs: { people: number; machines: number };
  /** Words that nobody proved (acknowledgements and notes may be told, and approvals where a gate says so). */
  told: number;
  runbook: 'matches' | 'notGiven' | 'notNamed';
  /** For people: what the reader should know besides. */
  remarks: string[];
}

/** How far the reader has come. */
interface Reading {
  report: RecordReport;
  /** Words whose proof held. */
  proven: Set<string>;
  earlier: Earlier;
  /** Identity providers' keys that executors signed into the results of their own steps. */
  signedKeys: readonly Voucher[];
  by: VerifyBy;
}

export async function verifyRecord(text: string, by: VerifyBy): Promise<RecordReport> {
  const { events, seal, broken: unread } = readRecord(text);
  const reading: Reading = {
    report: blank(),
    proven: new Set(),
    earlier: nothingEarlier(),
    signedKeys: await signedKeysIn(events, by.directory),
    by,
  };
  const broken = (line: number, reason: string): RecordReport => ({
    ...reading.report,
    ok: false,
    broken: { line, reason },
  });
  for (const [index, event] of events.entries()) {
    const reason = await whyBroken(event, reading);
    if (reason !== null) return broken(index + 1, `line ${event.seq}: ${reason}`);
  }
  const last = events.at(-1);
  if (unread !== null) return broken(unread.line, unread.reason);
  if (last === undefined) return broken(1, 'the record has no events');
  if (seal === null) {
    reading.report.remarks.push('Not sealed yet: the incident is open, or lines were cut off the end.');
    return finished(reading);
  }
  const reason = await whySealBroken(seal, last.at, reading);
  return reason === null ? finished(reading) : broken(events.length + 1, `the seal: ${reason}`);
}

const blank = (): RecordReport => ({
  ok: true,
  broken: null,
  sealed: false,
  sealedBy: null,
  incident: null,
  firstRun: null,
  events: 0,
  head: GENESIS,
  proofs: { people: 0, machines: 0 },
  told: 0,
  runbook: 'notGiven',
  remarks: [],
});

function finished({ report, by }: Reading): RecordReport {
  if (by.runbookContent === undefined || report.runbook === 'matches') return report;
  report.remarks.push('No line names a runbook yet, so the one given was not compared.');
  return { ...report, runbook: 'notNamed' };
}

/** Adds one event to what was verified, or says why it does not hold. */
async function whyBroken(event: EventLine, reading: Reading): Promise<string | null> {
  const { report } = reading;
  const link = brokenLink(report.head, event);
  if (link !== null) return link;
  if (report.events === 0) {
    const { incident, firstRun } = event.data;
    report.incident = typeof incident === 'string' ? incident : null;
    report.firstRun = typeof firstRun === 'string' ? firstRun : null;
  }
  const reason = (await whyNotSaid(event, reading)) ?? otherRunbook(event, reading);
  if (reason !== null) return reason;
  report.told += toldIn(event.data);
  report.events += 1;
  report.head = { seq: event.seq, hash: event.hash };
  return null;
}

async function whyNotSaid({ type, at, data }: EventLine, reading: Reading): Promise<string | null> {
  const carried: Proven[] = [];
  const mentioned: Proven[] = [];
  for (const { saying, person, direct, issuerKey } of sayingsIn(data)) {
    const known = reading.proven.size;
    const said = await heard({ saying, issuerKey }, at, reading);
    if (typeof said === 'string') return said;
    if (said === null) continue;
    const { statement } = said;
    if (person !== null && person !== statement.person)
      return `it names ${person}, and ${statement.person} said it`;
    mentioned.push(said);
    if (!direct) continue;
    if (!tellsWhatWasSaid(type, data, statement))
      return `the event (${type}) does not tell what ${statement.person} said`;
    if (needsOwnProof(type) && reading.proven.size === known)
      return `it tells again what ${statement.person} said before`;
    carried.push(said);
  }
  // One word can have two effects (a vote acknowledges too): its proof stands with the first of them.
  const unproven = signedElsewhereIn(data).some((word) => !reading.proven.has(word));
  if (unproven || (needsProof(type, data) && carried.length === 0))
    return `the event (${type}) carries no proof of what it tells`;
  const told = isToldVote(type, data) ? toldVote(data, reading) : null;
  if (typeof told === 'string') return told;
  if (told !== null)
    remark(
      reading.report,
      `That ${told.speaker.id} approved at ${String(data.gate)} is merely told: nobody proved it.`,
    );
  return whyUnlike({ type, data, said: carried, mentioned, told }, reading.earlier);
}

/** What the line says that somebody approved, without a proof; or why it does not say so. */
function toldVote(data: EventLine['data'], { report, by }: Reading): Proven | string {
  const [found, another] = sayingsIn(data);
  if (found === undefined || another !== undefined || found.saying.proof !== undefined)
    return 'the event (voted) carries no proof, nor the statement that is to have been told';
  const told = toldBy(found.saying, by.directory);
  if (!told.holds) return `what is told cannot be: ${told.reason}`;
  const { statement } = told;
  if (statement.incident !== report.incident || statement.firstRun !== report.firstRun)
    return `what ${statement.person} is to have said is about another incident`;
  return found.person === statement.person && tellsWhatWasSaid('voted', data, statement)
    ? told
    : `the event (voted) does not tell what ${statement.person} is to have said`;
}

const ROLES = {
  applied: 'executor',
  checked: 'checker',
  discovered: 'checker',
  sealed: 'orchestrator',
} as const;

const roleFor = (message: string) =>
  Object.hasOwn(ROLES, message) ? ROLES[message as keyof typeof ROLES] : null;

/** The proof of one saying, null for what was merely told, or why it does not hold. */
async function heard(
  { saying, issuerKey }: { saying: Saying; issuerKey: IssuerKey | null },
  at: Instant,
  { report, proven, signedKeys, by }: Reading,
): Promise<Proven | string | null> {
  if (saying.proof === undefined) return null;
  const read = readStatement(saying.statement);
  const vouchers = read.readable
    ? vouchersFor(read.statement, statementDigest(saying.statement), signedKeys)
    : [];
  const proof = await provenBy(saying, by.directory, at, recordedKeys(vouchers, issuerKey));
  if (!proof.holds) return `a proof does not hold: ${proof.reason}`;
  const { statement, speaker } = proof;
  if (statement.incident !== report.incident || statement.firstRun !== report.firstRun) {
    return `what ${speaker.id} said is about another incident`;
  }
  const role = roleFor(statement.message);
  if (speaker.role !== role) return `"${statement.message}" is not ${speaker.id}'s to say`;
  const word = wordOf(speaker.id, statement.jti);
  if (!proven.has(word)) report.proofs[role === null ? 'people' : 'machines'] += 1;
  proven.add(word);
  remarkRevoked(proof, report, by.directory);
  if (proof.issuerKey !== null) {
    const { issuer, jwk } = proof.issuerKey;
    const of = vouchers.filter((one) => one.issuer === issuer && one.jwk.kid === jwk.kid);
    remark(report, await restsOn(proof.issuerKey, of));
  }
  return proof;
}

const remark = (report: RecordReport, says: string): void => {
  if (!report.remarks.includes(says)) report.remarks.push(says);
};

function remarkRevoked(
  { speaker: { id }, kid, issuerKey }: Proven,
  report: RecordReport,
  directory: Directory,
): void {
  const member = memberOf(directory, id);
  const login = member?.logins.find(({ issuer }) => issuer === issuerKey?.issuer);
  const passkey = member?.passkeys.find((one) => one.id === kid);
  const key = member?.keys.find((one) => one.kid === kid);
  const [what, revokedAt] =
    login !== undefined
      ? (['login', login.revokedAt] as const)
      : passkey !== undefined
        ? (['passkey', passkey.revokedAt] as const)
        : ([`key ${kid}`, key?.revokedAt] as const);
  if (revokedAt !== undefined)
    remark(report, `The ${what} of ${id} was revoked at ${revokedAt}, after it was used here.`);
  const issuer = directory.issuers?.find((one) => one.issuer === issuerKey?.issuer);
  if (issuer?.revokedAt !== undefined)
    remark(
      report,
      `The identity provider ${issuer.issuer} was revoked at ${issuer.revokedAt}, after a login there was used here.`,
    );
}

function otherRunbook({ type, data }: EventLine, { report, by }: Reading): string | null {
  if (type !== 'rulesResolved' || by.runbookContent === undefined) return null;
  const { rules } = data as { rules?: { runbook?: unknown } };
  const given = createHash('sha256').update(by.runbookContent, 'utf8').digest('hex');
  if (rules?.runbook !== given) return `it names another runbook than the one given (${given.slice(0, 12)}…)`;
  report.runbook = 'matches';
  return null;
}

async function whySealBroken(seal: SealLine, lastAt: Instant, reading: Reading): Promise<string | null> {
  const { report } = reading;
  const said = await heard({ saying: seal, issuerKey: null }, sealedAt(seal, lastAt), reading);
  if (said === null || typeof said === 'string') return said ?? 'it carries no proof';
  if (said.statement.message !== 'sealed') return 'it says something else';
  const head = sealedSchema.safeParse(said.statement.body);
  if (!head.success || head.data.seq !== report.head.seq || head.data.hash !== report.head.hash) {
    return `it is over another end of the record than line ${report.head.seq}`;
  }
  report.sealed = true;
  report.sealedBy = said.speaker.id;
  return null;
}

/** When it was sealed, by the seal itself, and not before the last line. */
function sealedAt({ statement }: SealLine, lastAt: Instant): Instant {
  const read = readStatement(statement);
  return read.readable ? instant(Math.max(read.statement.iat * 1_000, epochMs(lastAt))) : lastAt;
}
