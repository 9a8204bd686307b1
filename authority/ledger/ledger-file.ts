// The executor's own book of what it does, one JSON a line, only ever appended to. An intention is on the disk before the act, so
// that neither a crash nor a restart forgets an act; what cannot be written down is not done. Several processes of one executor may
// share the folder on one machine: the order of the lines decides between them.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '../../domain/instant/instant.ts';
import type { Act, Ending } from './act.ts';
import { type Intention, intentionSchema, type LedgerLine, ledgerLineSchema } from './line.schema.ts';

export class LedgerError extends Error {
  override name = 'LedgerError';
  readonly code = 'ledger';
}

export type Begun =
  | {
      ok: true;
      ended(as: Ending, at: Instant): Promise<void>;
    }
  | { ok: false; reason: string };

export interface Ledger {
  /** All that it has done or may have done, oldest first. */
  acts(): Promise<readonly Act[]>;
  /** Writes the intention down, then asks whether what stands before it allows it. Throws `LedgerError` where it cannot be written. */
  begin(intention: Intention, whyNot: (before: readonly Act[]) => string | null): Promise<Begun>;
  close(): Promise<void>;
}

const NAME = 'ledger.jsonl';

/** How long a line may take another process to write, before it counts as cut short. */
const LOOKS = 500;
const LOOK_AGAIN_MS = 2;

const BARE = intentionSchema.strip();

/** Throws `LedgerError`. A last line that was cut short by a crash is removed: nothing was done on its account. */
export async function openLedger(folder: string): Promise<Ledger> {
  const file = path.join(folder, NAME);
  return loud(file, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
    const handle = await open(file, flags, 0o600);
    await withoutTornEnd(handle);
    await handle.sync();
    const directory = await open(folder, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    const ledger = new LedgerFile(file, handle);
    await ledger.acts();
    return ledger;
  });
}

class LedgerFile implements Ledger {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #acts: Act[] = [];
  readonly #byId = new Map<string, Act>();
  #read = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  acts(): Promise<readonly Act[]> {
    return this.#inTurn(async () => {
      await this.#catchUp();
      return [...this.#acts];
    });
  }

  begin(intention: Intention, whyNot: (before: readonly Act[]) => string | null): Promise<Begun> {
    return this.#inTurn(async (): Promise<Begun> => {
      // What cannot be read must not be added to.
      await this.#catchUp();
      const id = randomUUID();
      await this.#append({ type: 'intended', id, ...intention });
      await this.#catchUp();
      const own = this.#acts.findIndex((act) => act === this.#byId.get(id));
      const reason = whyNot(this.#acts.slice(0, own));
      if (reason === null)
        return {
          ok: true,
          ended: (as, at) => this.#inTurn(() => this.#append({ type: 'ended', id, at, as })),
        };
      await this.#append({ type: 'ended', id, at: intention.at, as: 'withdrawn' });
      return { ok: false, reason };
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#handle.close());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => loud(this.#file, work));
    this.#turn = done.catch(() => {});
    return done;
  }

  /** One write a line, so that lines of two processes do not mix; on the disk before it returns. */
  async #append(line: LedgerLine): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const { bytesWritten } = await this.#handle.write(bytes);
    if (bytesWritten !== bytes.length) throw new Error('only a part of a line was written');
    await this.#handle.datasync();
  }

  async #catchUp(): Promise<void> {
    for (let tries = 1; !(await this.#readOn()); tries++) {
      if (tries === LOOKS) throw new Error('its last line was cut short');
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** false: its last line is not whole. Another process may be writing it at this moment, whose bytes can be seen one page before the next. */
  async #readOn(): Promise<boolean> {
    const [own, there] = await Promise.all([this.#handle.stat(), stat(this.#file)]);
    if (there.ino !== own.ino || own.size < this.#read) throw new Error('somebody replaced or shortened it');
    const bytes = Buffer.alloc(own.size - this.#read);
    const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, this.#read);
    if (bytesRead !== bytes.length) throw new Error('it became shorter while it was read');
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.toString('utf8', 0, whole).split('\n');
    for (const line of lines.slice(0, -1)) this.#take(line);
    this.#read += whole;
    return whole === bytes.length;
  }

  #take(text: string): void {
    const line = lineOf(text);
    if (line === null) throw new Error('a line of it is none of a ledger');
    if (line.type === 'intended') {
      const act: Act = { ...BARE.parse(line), ended: null };
      this.#acts.push(act);
      this.#byId.set(line.id, act);
      return;
    }
    const act = this.#byId.get(line.id);
    if (act === undefined) throw new Error('a line tells the end of what was never begun');
    act.ended = { at: line.at, as: line.as };
  }
}

function lineOf(text: string): LedgerLine | null {
  try {
    return ledgerLineSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

async function withoutTornEnd(handle: FileHandle): Promise<void> {
  const bytes = await handle.readFile();
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await handle.truncate(end);
}

async function loud<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    const why = error instanceof Error ? error.message.split('\n')[0] : 'unknown';
    throw new LedgerError(
      `The ledger ${file} cannot be kept (${why}), and what is not written down is not done: mend it from a copy or the disk, then restart the executor.`,
      { cause: error },
    );
  }
}
