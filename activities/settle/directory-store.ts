// The record store on a directory: a folder an incident's run, a file an event, never changed once it stands.
// Several writers may settle the same events at the same time, and any may die at any moment: a file appears whole or not at all
// (written aside, synced, then linked under its name, which fails if the name is taken). It needs a file system with hard links.
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { decode } from '../../domain/encoding/base64url.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import { handleOf } from '../../domain/identity/identity.ts';
import { brokenLink, GENESIS, type Head, type RecordedEvent } from '../../domain/record/record.ts';
import {
  type ClosedRun,
  RecordFork,
  type RecordName,
  type RecordStore,
  type Seal,
} from '../../domain/record/store.ts';

const EVENT_FILE = /^(\d{12})\.json$/;
const SEAL_FILE = 'seal.json';
const FIRST_RUN = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const HASH = /^[0-9a-f]{64}$/;

/** `folder` is CUSTODY_RECORDS; it is made where it does not exist. */
export function directoryRecordStore(folder: string): RecordStore {
  const folderOf = (name: RecordName) => path.join(folder, folderName(name));
  const keptFile = (hash: string) => path.join(folder, 'kept', checkedHash(hash));

  return {
    async append(name, events) {
      const record = folderOf(name);
      await made(record);
      let head = await headBefore(record, events[0]);
      const seal = events.length === 0 ? null : await sealIn(record);
      for (const event of events) {
        const broken = brokenLink(head, event);
        if (broken !== null)
          throw new RecordFork(
            `These events are no chain: ${broken}. Nothing was added from line ${event.seq} on.`,
          );
        if (seal !== null && event.seq > sealedHead(seal).seq)
          throw new RecordFork('The record is sealed: nothing is added to it.');
        await settled(record, event);
        head = headOf(event);
      }
      await synced(record);
      return lastHead(record);
    },

    async seal(name, seal) {
      const record = folderOf(name);
      await made(record);
      const over = sealedHead(seal);
      const head = await lastHead(record);
      if (over.seq !== head.seq || over.hash !== head.hash) {
        throw new RecordFork(
          `The seal is over line ${over.seq}, the record ends at line ${head.seq}: settle all events first.`,
        );
      }
      const isFirst = await written(record, SEAL_FILE, `${canonical(seal)}\n`);
      await synced(record);
      const first = isFirst ? seal : await sealIn(record);
      if (first === null || sealedHead(first).hash !== over.hash)
        throw new RecordFork('The record has another seal already.');
    },

    async read(name) {
      const record = folderOf(name);
      const events: RecordedEvent[] = [];
      for (const seq of await seqsIn(record)) events.push(await eventIn(record, seq));
      return { events, seal: await sealIn(record) };
    },

    async closedRuns(incident) {
      const closed: ClosedRun[] = [];
      for (const firstRun of await firstRunsOf(folder, incident)) {
        const run = await closedRun(folderOf({ incident, firstRun }), { incident, firstRun });
        if (run !== null) closed.push(run);
      }
      return closed.toSorted((a, b) => Date.parse(a.closedAt) - Date.parse(b.closedAt));
    },

    async keep(hash, content) {
      const file = keptFile(hash);
      if (sha256(content) !== hash)
        throw new TypeError('The content does not have this hash: nothing was kept.');
      const kept = path.dirname(file);
      await made(kept);
      await written(kept, path.basename(file), content);
      await synced(kept);
    },

    async kept(hash) {
      const content = await textOrNull(keptFile(hash));
      if (content !== null && sha256(content) !== hash)
        throw new RecordFork(`What was kept as ${hash} has been changed since.`);
      return content;
    },
  };
}

function folderName({ incident, firstRun }: RecordName): string {
  if (!FIRST_RUN.test(firstRun)) throw new TypeError('A first run id has letters, digits and hyphens only.');
  return `${handleOf(incident)}-${firstRun}`;
}

/** Those that have a folder here, by their names alone. */
async function firstRunsOf(folder: string, incident: string): Promise<string[]> {
  const before = `${handleOf(incident)}-`;
  return (await namesIn(folder))
    .flatMap((name) => (name.startsWith(before) ? name.slice(before.length) : []))
    .filter((firstRun) => FIRST_RUN.test(firstRun));
}

/** Read from its seal, its first and its last line, however long it is. null: not sealed, forwarded, or another incident's. */
async function closedRun(record: string, { incident, firstRun }: RecordName): Promise<ClosedRun | null> {
  const seal = await sealIn(record);
  if (seal === null) return null;
  const head = sealedHead(seal);
  const [first, last] = [await eventIn(record, 1), await eventIn(record, head.seq)];
  // A handle is a digest that was cut short: the record says whose it is.
  if ((first.data as { incident?: unknown }).incident !== incident || last.type !== 'closed') return null;
  const broken = brokenLink({ seq: last.seq - 1, hash: last.prev }, last);
  if (broken !== null || last.hash !== head.hash)
    throw new RecordFork(
      `The closed record of run ${firstRun} does not end as it was sealed: it was changed.`,
    );
  return { firstRun, head: head.hash, closedAs: (last.data as { as: string }).as, closedAt: last.at };
}

function checkedHash(hash: string): string {
  if (!HASH.test(hash)) throw new TypeError('A hash is 64 lower-case hexadecimal digits.');
  return hash;
}

const sha256 = (content: string): string => createHash('sha256').update(content, 'utf8').digest('hex');
const eventFile = (seq: number): string => `${String(seq).padStart(12, '0')}.json`;
const headOf = ({ seq, hash }: RecordedEvent): Head => ({ seq, hash });

/** What the first of the given events must follow. */
async function headBefore(record: string, first: RecordedEvent | undefined): Promise<Head> {
  if (first === undefined || first.seq <= 1) return GENESIS;
  const before = await eventOrNull(record, first.seq - 1);
  if (before === null)
    throw new RecordFork(
      `Line ${first.seq - 1} is missing in the store, so line ${first.seq} cannot be added.`,
    );
  return headOf(before);
}

/** One event in its place; what stands there already must be the same. */
async function settled(record: string, event: RecordedEvent): Promise<void> {
  if (await written(record, eventFile(event.seq), `${canonical(event)}\n`)) return;
  const standing = await eventIn(record, event.seq);
  if (standing.hash !== event.hash)
    throw new RecordFork(`The store has another line ${event.seq}: the record has forked.`);
}

async function lastHead(record: string): Promise<Head> {
  const last = (await seqsIn(record)).at(-1);
  return last === undefined ? GENESIS : headOf(await eventIn(record, last));
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => (isMissing(error) ? [] : Promise.reject(error)));
}

async function seqsIn(record: string): Promise<number[]> {
  return (await namesIn(record))
    .flatMap((name) => EVENT_FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

async function eventOrNull(record: string, seq: number): Promise<RecordedEvent | null> {
  const text = await textOrNull(path.join(record, eventFile(seq)));
  if (text === null) return null;
  try {
    return JSON.parse(text) as RecordedEvent;
  } catch {
    throw new RecordFork(`Line ${seq} in the store is not JSON: it was changed by somebody else.`);
  }
}

async function eventIn(record: string, seq: number): Promise<RecordedEvent> {
  const event = await eventOrNull(record, seq);
  if (event === null) throw new RecordFork(`Line ${seq} has vanished from the store.`);
  return event;
}

async function sealIn(record: string): Promise<Seal | null> {
  const text = await textOrNull(path.join(record, SEAL_FILE));
  if (text === null) return null;
  try {
    return JSON.parse(text) as Seal;
  } catch {
    throw new RecordFork('The seal in the store is not JSON: it was changed by somebody else.');
  }
}

/** The head that a seal is over. Its proof is judged by whoever verifies the record. */
function sealedHead(seal: Seal): Head {
  const { body } = JSON.parse(decode(seal.statement)) as { body?: Partial<Head> };
  if (typeof body?.seq !== 'number' || typeof body.hash !== 'string')
    throw new TypeError('A seal names the head that it is over.');
  return { seq: body.seq, hash: body.hash };
}

async function made(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  // The new folder's own entry must survive a crash too.
  if (first !== undefined) await synced(path.dirname(first));
}

/** true: it stands now. false: something stood there before. */
async function written(folder: string, name: string, text: string): Promise<boolean> {
  const target = path.join(folder, name);
  if ((await textOrNull(target)) !== null) return false;
  const aside = path.join(folder, `.${name}.${randomUUID()}`);
  try {
    const file = await open(aside, 'wx', 0o400);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, target);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  } finally {
    await unlink(aside).catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
  }
}

/** Makes the folder's entries durable, also those that another writer linked and had no time to sync. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function textOrNull(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => (isMissing(error) ? null : Promise.reject(error)));
}

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT');

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code;
