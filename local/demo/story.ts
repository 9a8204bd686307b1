// One incident from the alert to the hour when the last restriction may come off, with a thief and a service at work all the while.
// It tells what happens as it happens, and brings back what was seen, for others to judge.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { handleOf, workflowIdOf } from '../../domain/identity/identity.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { guardDutyFinding } from './alerts.ts';
import type { Sighting } from './attempt.ts';
import { type Proved, type Ran, successful } from './command.ts';
import { ACCOUNT } from './estate.ts';
import type { Narrator } from './narrator.ts';
import type { Program } from './program.ts';
import type { ProvedBy } from './proven.ts';
import { nextWord, restsUntil, type Word } from './script.ts';
import { sightingIn } from './sightings.ts';
import type { Stage } from './stage.ts';
import { PEOPLE, type Person } from './staff.ts';
import { Watching } from './watching.ts';

/** Says one word to the incident, or has it said. `look` looks again, and tells what has changed. */
export type Answering = (word: Word, look: () => Promise<IncidentView | null>) => Promise<void>;

export interface Told {
  workflowId: string;
  /** Nobody was to answer until the clock had told the SOC's lead. */
  silence: boolean;
  view: IncidentView;
  /** When the last restriction may come off. */
  restsUntil: string;
  thief: Sighting[];
  service: Sighting[];
  notices: { to: string; person: string | null; says: string; at: string }[];
  /** As `custody record show` printed it. */
  record: string;
  events: RecordedEvent[];
  /** Of the record, when the provider had been stopped. */
  verified: Ran;
  /** The identity provider of its logins. */
  issuer: string;
  /** By what the script has people answer; empty where the reader answers. */
  proofs: readonly ProvedBy[];
}

const EVERY_MS = 100;
/** After everything is done they go on for a while: it must stay as it is. */
const TRIES_AFTERWARDS = 5;

export interface StoryOptions {
  answering: Answering;
  /** Nobody answers until the clock has told the SOC's lead. */
  silence: boolean;
  /** How long nothing may happen. */
  patienceMs?: number;
  /** By what people must have answered in the end. */
  proofs?: readonly ProvedBy[];
}

export async function story(stage: Stage, narrator: Narrator, options: StoryOptions): Promise<Told> {
  const { estate } = stage;
  const workflowId = workflowIdOf({
    provider: 'aws',
    account: ACCOUNT,
    kind: 'iam-user',
    reference: estate.user,
  });
  const watching = new Watching(stage, workflowId, narrator, options.patienceMs);

  narrator.heading('Before');
  const service = watched(
    stage.outsider('service', estate.service, [estate.secretId, estate.workId]),
    (one) =>
      narrator.line(
        `${standing(one, 'The service')}${one.answer === 'works' ? ` with the key ${one.accessKeyId}` : ''}`,
      ),
  );
  const thief = watched(stage.outsider('thief', estate.stolenKey, [estate.workId]), (one) =>
    narrator.line(standing(one, `The thief's ${one.by}`)),
  );
  await enough(service, 'key', 2);
  narrator.line(
    `The deploy service fetches the key of ${estate.user} from the secret ${estate.secretId} and works with it.`,
  );
  await enough(thief, 'key', 2);
  await enough(thief, 'session', 2);
  narrator.line(
    `A thief has the same key, ${estate.stolenKey.accessKeyId}, and has made a session of it. Both work.`,
  );

  narrator.heading('The alert');
  await openAlert(stage, narrator);
  await watching.until((view) => view.plans.length > 0 && view.steps === null);
  if (options.silence) {
    narrator.line('Sam has the duty, and does not answer. The clock goes on by itself.');
    await watching.until(() => watching.told.some(({ person }) => person === 'erin'));
  }

  narrator.heading('People answer');
  if (options.proofs?.includes('oidc')) {
    narrator.line(
      `They sign by logging in at the company's identity provider, ${stage.provider.issuer}, anew for each answer. The nonce of such a login is the SHA-256 of the very words that are signed, the plan's hash among them: it proves these and no others.`,
    );
  }
  const rest = await carried(watching, options.answering);
  narrator.line(
    `What is left waits for its hour: custody-no-sessions comes off at ${rest}, when no session of the stolen key can live any more.`,
  );
  await Promise.all([
    enough(thief, 'key', tries(thief, 'key') + TRIES_AFTERWARDS),
    enough(thief, 'session', tries(thief, 'session') + TRIES_AFTERWARDS),
    enough(service, 'key', tries(service, 'key') + TRIES_AFTERWARDS),
  ]);

  narrator.heading('The proof');
  const view = await watching.until((found) => found);
  const { record, verified } = await proof(stage, narrator, handleOf(workflowId));
  return {
    workflowId,
    silence: options.silence,
    view,
    restsUntil: rest,
    thief: [...thief],
    service: [...service],
    notices: watching.told,
    record,
    events: record
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RecordedEvent),
    verified,
    issuer: stage.provider.issuer,
    proofs: options.proofs ?? [],
  };
}

async function openAlert(stage: Stage, narrator: Narrator): Promise<void> {
  const file = path.join(stage.folder, 'guardduty-finding.json');
  const finding = guardDutyFinding(stage.estate, new Date());
  await writeFile(file, `${JSON.stringify(finding, null, 2)}\n`);
  narrator.line('GuardDuty sees the key used from a strange network; the SIEM opens an incident.');
  narrator.command('siem', ['open', path.basename(file)]);
  narrator.more(successful(await stage.custody(['open', file])).out);
}

/** Everybody answers what is theirs, until nothing is left but to wait. */
async function carried(watching: Watching, answering: Answering): Promise<string> {
  for (;;) {
    const next = await watching.until((view) => restsUntil(view) ?? nextWord(view));
    if (typeof next === 'string') return next;
    await answering(next, () => watching.look());
    await watching.until((view) => nextWord(view)?.answers !== next.answers);
  }
}

/** Types what the script says, as that person, and shows it. */
export function scripted(stage: Stage, narrator: Narrator): Answering {
  return async ({ person, args, because, forGood }) => {
    narrator.line(`${PEOPLE[person].name} ${because}.`);
    const byPasskey = forGood === true && stage.passkeyOf === person;
    const typed = byPasskey ? [...args, '--passkey', '--me', person] : args;
    narrator.command(person, typed);
    const { proved, out } = successful(await stage.custody([...typed, '--yes'], person));
    if (proved !== null) narrator.more(`(${howProved(person, proved)})`);
    narrator.more(out);
  };
}

const howProved = (person: Person, proved: Proved): string =>
  proved.by === 'login'
    ? `${person} logs in at ${proved.at}, nonce ${proved.nonce}`
    : `${person} uses a passkey in a browser, at ${proved.at}`;

async function proof(
  stage: Stage,
  narrator: Narrator,
  handle: string,
): Promise<{ record: string; verified: Ran }> {
  const file = path.join(stage.folder, 'record.jsonl');
  await stage.provider.stop();
  narrator.line(
    'The record is read from the store, with what is not settled yet, and verified without any server: the identity provider is stopped before.',
  );
  narrator.command('anyone', ['record', 'show', handle, '>', 'record.jsonl']);
  const { out: record } = successful(await stage.custody(['record', 'show', handle]));
  await writeFile(file, record);
  narrator.command('anyone', ['record', 'verify', 'record.jsonl', '--runbook', 'runbook/']);
  const verified = await stage.custody(['record', 'verify', file, '--runbook', stage.runbook]);
  narrator.more(verified.out + verified.err);
  return { record, verified };
}

/** `turned`: what worked is refused now, or the other way round. */
function watched(program: Program, turned: (sighting: Sighting) => void): Sighting[] {
  const sightings: Sighting[] = [];
  program.onLine((line) => {
    const sighting = sightingIn(line);
    if (sighting === null || sighting.answer === 'no answer') return;
    const before = sightings.findLast(({ by }) => by === sighting.by);
    if (before !== undefined && (before.answer === 'works') !== (sighting.answer === 'works'))
      turned(sighting);
    sightings.push(sighting);
  });
  return sightings;
}

const standing = ({ answer }: Sighting, whose: string): string =>
  answer === 'works' ? `${whose} WORKS` : `${whose} IS REFUSED: ${answer}`;

const tries = (sightings: readonly Sighting[], by: string): number =>
  sightings.filter((one) => one.by === by).length;

const PATIENCE_MS = 30_000;

async function enough(sightings: readonly Sighting[], by: string, count: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (tries(sightings, by) < count) {
    if (Date.now() > deadline) throw new Error(`Nothing is heard of the ${by} any more.`);
    await pause(EVERY_MS);
  }
}
