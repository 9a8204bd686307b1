// An audit log in a file: appended to, never written over, on the disk before anybody is told that it is written. After a restart it
// goes on where it ended, and not at all where its chain does not hold. One process writes one file.
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import type { Head } from '../../domain/record/record.ts';
import { lineAfter, Reading, textOf, torn } from './chain.ts';

export type AuditErrorCode = 'auditBroken' | 'auditUnwritable' | 'auditTakenAway';

export class AuditError extends Error {
  override name = 'AuditError';
  readonly code: AuditErrorCode;
  constructor(code: AuditErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

export interface AuditFile {
  /** Throws `AuditError` where nothing can be appended. */
  ready(): Promise<void>;
  /** Resolves once it is on the disk; rejects with `AuditError`, and then it may not be there. */
  append(entry: AuditEntry): Promise<void>;
  /** After what was appended before. */
  close(): Promise<void>;
}

interface Waiting {
  at: Instant;
  entry: AuditEntry;
  done: () => void;
  failed: (error: unknown) => void;
}

interface Opened {
  handle: FileHandle;
  ino: number;
  size: number;
  head: Head;
}

export function auditFile(file: string, now: () => Instant): AuditFile {
  let opened: Opened | null = null;
  /** What no second attempt would mend. */
  let lost: AuditError | null = null;
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;

  const opening = async (): Promise<Opened> => {
    if (lost !== null) throw lost;
    opened ??= await openedAt(file, now);
    return opened;
  };

  /** All that wait go into one write. */
  const write = async (taken: readonly Waiting[]): Promise<void> => {
    const log = await opening();
    await stillOurs(file, log);
    let { head } = log;
    let text = '';
    for (const { at, entry } of taken) {
      const line = lineAfter(head, at, entry);
      head = { seq: line.seq, hash: line.hash };
      text += `${textOf(line)}\n`;
    }
    await log.handle.appendFile(text);
    await log.handle.datasync();
    log.size += Buffer.byteLength(text);
    log.head = head;
  };

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const taken = waiting;
      waiting = [];
      try {
        await write(taken);
        for (const { done } of taken) done();
      } catch (error) {
        // What stands in the file now is not known: it is read again before anything more is written.
        await opened?.handle.close().catch(() => {});
        opened = null;
        const told = asAuditError(file, error);
        if (told.code !== 'auditUnwritable') lost = told;
        for (const { failed } of taken) failed(told);
      }
    }
    working = null;
  };

  return {
    async ready() {
      try {
        await opening();
      } catch (error) {
        throw asAuditError(file, error);
      }
    },
    append: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ at: now(), entry, done, failed });
        working ??= work();
      }),
    async close() {
      await working;
      await opened?.handle.close();
      opened = null;
    },
  };
}

async function openedAt(file: string, now: () => Instant): Promise<Opened> {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  const handle = await open(file, O_APPEND | O_CREAT | O_RDWR, 0o600);
  try {
    // What is read from a device or a pipe is not what was written to it.
    if (!(await handle.stat()).isFile()) throw Object.assign(new Error(), { code: 'not a file' });
    const reading = new Reading();
    let rest = '';
    for await (const { text, ended } of linesOf(handle)) {
      if (ended) reading.take(text);
      else rest = text;
    }
    reading.end();
    if (reading.broken !== null) throw brokenAt(file, reading.broken);
    let { head } = reading;
    if (rest !== '') {
      // The crash cut a line off: it stays as it is, ends here, and the next line tells of it.
      const line = lineAfter(head, now(), torn(rest));
      await handle.appendFile(`\n${textOf(line)}\n`);
      await handle.datasync();
      head = { seq: line.seq, hash: line.hash };
    }
    const { ino, size } = await handle.stat();
    return { handle, ino, size, head };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Two processes in one file would fork its chain; one that was moved away is read by nobody. */
async function stillOurs(file: string, { handle, ino, size }: Opened): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there === null || there.ino !== ino) {
    throw new AuditError(
      'auditTakenAway',
      `The audit log ${file} was moved or removed while it was written. To begin a new file, restart this process.`,
    );
  }
  if ((await handle.stat()).size === size) return;
  throw new AuditError(
    'auditTakenAway',
    `Somebody else writes to the audit log ${file}. Give each process a file of its own, and restart this one.`,
  );
}

const brokenAt = (file: string, { line, reason }: { line: number; reason: string }) =>
  new AuditError(
    'auditBroken',
    `The audit log ${file} does not hold at line ${line}: ${reason}. It is not continued. Find out who changed it, move it away and keep it; a new file then begins.`,
  );

function asAuditError(file: string, error: unknown): AuditError {
  if (error instanceof AuditError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown';
  return new AuditError(
    'auditUnwritable',
    `The audit log ${file} cannot be written (${code}): see to its disk, folder and mode.`,
    { cause: error },
  );
}

async function* linesOf(handle: FileHandle): AsyncGenerator<{ text: string; ended: boolean }> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
    rest += decoder.decode(chunk as Buffer, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, ended: true };
  }
  rest += decoder.decode();
  if (rest !== '') yield { text: rest, ended: false };
}
