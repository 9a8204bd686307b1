import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../../activities/settle/directory-store.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { handleOf } from '../../../domain/identity/identity.ts';
import { chained, GENESIS, type Head, type RecordedEvent } from '../../../domain/record/record.ts';
import { RecordFork, type RecordStore, type Seal } from '../../../domain/record/store.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);
const name = { incident: 'incident/aws/1/iam-user/deploy-robot', firstRun: '0190f000-aaaa' };
const AT = '2026-11-24T03:12:00.000Z';

let folder: string;
let store: RecordStore;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-records-'));
  store = directoryRecordStore(path.join(folder, 'records'));
});
afterEach(() => rm(folder, { recursive: true }));

function chain(count: number, word = 'x', head: Head = GENESIS): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let i = 0; i < count; i++) {
    const before = events.at(-1);
    events.push(chained(before ?? head, AT, { type: 'noted', data: { text: `${word} ${i}` } }));
  }
  return events;
}
const last = (events: readonly RecordedEvent[]): RecordedEvent => events[events.length - 1] as RecordedEvent;
const headOf = ({ seq, hash }: RecordedEvent): Head => ({ seq, hash });
const sealOver = ({ seq, hash }: Head, jws = 'a..b'): Seal => ({
  statement: encode(canonical({ message: 'sealed', body: { seq, hash } })),
  proof: { type: 'key', jws },
});
const recordFolder = () => path.join(folder, 'records', `${handleOf(name.incident)}-${name.firstRun}`);

describe('appending', () => {
  it('keeps the events in their order, a file each, and answers with the head', async () => {
    const events = chain(12);
    expect(await store.append(name, events)).toEqual(headOf(last(events)));
    expect(await store.read(name)).toEqual({ events, seal: null });
    expect((await readdir(recordFolder())).toSorted()[0]).toBe('000000000001.json');
    expect(await readdir(recordFolder())).toHaveLength(12);
  });

  it('passes over what is there already', async () => {
    const events = chain(5);
    await store.append(name, events.slice(0, 3));
    expect(await store.append(name, events)).toEqual(headOf(last(events)));
    expect(await store.append(name, events.slice(1, 2))).toEqual(headOf(last(events)));
    expect((await store.read(name)).events).toEqual(events);
  });

  it('of nothing answers with the head that is there', async () => {
    expect(await store.append(name, [])).toEqual(GENESIS);
    const events = chain(2);
    await store.append(name, events);
    expect(await store.append(name, [])).toEqual(headOf(last(events)));
  });

  it('refuses a fork and keeps what stands', async () => {
    const [mine, other] = [chain(3, 'mine'), chain(3, 'other')];
    await store.append(name, mine);
    await expect(store.append(name, other)).rejects.toBeInstanceOf(RecordFork);
    await expect(store.append(name, other.slice(2))).rejects.toBeInstanceOf(RecordFork);
    expect((await store.read(name)).events).toEqual(mine);
  });

  it('refuses events after a gap', async () => {
    const events = chain(4);
    await store.append(name, events.slice(0, 1));
    await expect(store.append(name, events.slice(2))).rejects.toThrow(/Line 2 is missing/);
  });

  it('refuses events that are no chain, or were changed', async () => {
    const [a, b, c] = chain(3) as [RecordedEvent, RecordedEvent, RecordedEvent];
    await expect(store.append(name, [a, c])).rejects.toBeInstanceOf(RecordFork);
    await expect(store.append(name, [a, { ...b, data: { text: 'else' } }])).rejects.toThrow(/was changed/);
  });

  it('keeps each run of an incident apart', async () => {
    const other = { ...name, firstRun: '0190f000-bbbb' };
    await store.append(name, chain(2, 'first'));
    await store.append(other, chain(3, 'second'));
    expect((await store.read(name)).events).toHaveLength(2);
    expect((await store.read(other)).events).toHaveLength(3);
  });

  it.each(['../up', 'a/b', '', '.', 'x'.repeat(65)])('takes no first run id like %j', async (firstRun) => {
    await expect(store.append({ ...name, firstRun }, chain(1))).rejects.toBeInstanceOf(TypeError);
  });

  it('goes on after a writer that died before its file had its name', async () => {
    const events = chain(3);
    await store.append(name, events.slice(0, 1));
    await writeFile(path.join(recordFolder(), '.000000000002.json.half'), '{"seq":2,');
    expect(await store.append(name, events)).toEqual(headOf(last(events)));
    expect((await store.read(name)).events).toEqual(events);
  });

  it('by several writers at once, in any cut, gives one record', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 2, maxLength: 5 }),
        fc.uuid(),
        async (cuts, firstRun) => {
          const events = chain(8);
          const run = { ...name, firstRun };
          await store.append(run, events.slice(0, 4));
          const writers = cuts.map(([a, b]) =>
            directoryRecordStore(path.join(folder, 'records')).append(
              run,
              events.slice(Math.min(a, b, 4), Math.max(a, b) + 1),
            ),
          );
          await Promise.all(writers);
          const { events: kept } = await store.read(run);
          expect(kept).toEqual(events.slice(0, Math.max(4, ...cuts.map(([a, b]) => Math.max(a, b) + 1))));
        },
      ),
      { numRuns: Math.min(RUNS, 50) },
    );
  });

  it('by two writers of two stories at once keeps one of them whole', async () => {
    const [mine, other] = [chain(6, 'mine'), chain(6, 'other')];
    const outcomes = await Promise.allSettled(
      [mine, other].map((events) => directoryRecordStore(path.join(folder, 'records')).append(name, events)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { events } = await store.read(name);
    const hashes = (of: readonly RecordedEvent[]) => of.map(({ hash }) => hash).join();
    expect([hashes(mine), hashes(other)]).toContain(hashes(events));
  });
});

describe('sealing', () => {
  it('adds the last line once, and again for the same head', async () => {
    const events = chain(3);
    await store.append(name, events);
    await store.seal(name, sealOver(last(events)));
    await store.seal(name, sealOver(last(events), 'c..d'));
    expect((await store.read(name)).seal).toEqual(sealOver(last(events)));
  });

  it('is refused over another head than the record’s', async () => {
    const events = chain(3);
    await store.append(name, events);
    await expect(store.seal(name, sealOver(events[1] as RecordedEvent))).rejects.toBeInstanceOf(RecordFork);
    await expect(store.seal(name, sealOver({ seq: 3, hash: 'f'.repeat(64) }))).rejects.toBeInstanceOf(
      RecordFork,
    );
    expect((await store.read(name)).seal).toBeNull();
  });

  it('ends the record', async () => {
    const events = chain(4);
    await store.append(name, events.slice(0, 3));
    await store.seal(name, sealOver(events[2] as RecordedEvent));
    await expect(store.append(name, events)).rejects.toThrow(/sealed/);
    expect(await store.append(name, events.slice(0, 3))).toEqual(headOf(events[2] as RecordedEvent));
  });
});

describe('reading', () => {
  it('of what is not there is empty', async () => {
    expect(await store.read(name)).toEqual({ events: [], seal: null });
  });

  it('of a file that was spoilt says so', async () => {
    await store.append(name, chain(1));
    const file = path.join(recordFolder(), '000000000001.json');
    await chmod(file, 0o600);
    await writeFile(file, 'not json');
    await expect(store.read(name)).rejects.toThrow(/changed by somebody else/);
  });
});

describe('the closed records of an identity', () => {
  const hourOf = (hour: number) => `2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`;

  /** A record of so many lines that ends as said, at that hour. */
  async function ended(firstRun: string, hour: number, change: { incident?: string; type?: string } = {}) {
    const run = { incident: change.incident ?? name.incident, firstRun };
    const opened = chained(GENESIS, AT, { type: 'opened', data: run });
    const middle = chain(40, firstRun, headOf(opened));
    const end = { type: change.type ?? 'closed', data: { as: `as ${firstRun}` } };
    const events = [opened, ...middle, chained(headOf(last(middle)), hourOf(hour), end)];
    await store.append(run, events);
    return { run, events, head: headOf(last(events)) };
  }
  async function sealed(...told: Parameters<typeof ended>) {
    const record = await ended(...told);
    await store.seal(record.run, sealOver(record.head));
    return record;
  }

  it('are none before there is one', async () => {
    expect(await store.closedRuns(name.incident)).toEqual([]);
    await ended('0190f000-aaaa', 4);
    expect(await store.closedRuns(name.incident), 'not before it is sealed').toEqual([]);
  });

  it('are named with how and when they ended, the newest last', async () => {
    const [second, first] = [await sealed('0190f000-aaaa', 9), await sealed('0190f000-bbbb', 5)];
    expect(await store.closedRuns(name.incident)).toEqual([
      {
        firstRun: '0190f000-bbbb',
        head: first.head.hash,
        closedAs: 'as 0190f000-bbbb',
        closedAt: hourOf(5),
      },
      {
        firstRun: '0190f000-aaaa',
        head: second.head.hash,
        closedAs: 'as 0190f000-aaaa',
        closedAt: hourOf(9),
      },
    ]);
  });

  it('are read from their ends, however long they are', async () => {
    await sealed('0190f000-aaaa', 4);
    for (let seq = 2; seq < 42; seq++) {
      await unlink(path.join(recordFolder(), `${String(seq).padStart(12, '0')}.json`));
    }
    expect(await store.closedRuns(name.incident)).toHaveLength(1);
  });

  it('leave out what was forwarded, other identities, and folders of another name', async () => {
    await sealed('0190f000-aaaa', 4, { type: 'forwarded' });
    await sealed('0190f000-bbbb', 4, { incident: 'incident/aws/1/iam-user/somebody-else' });
    await mkdir(path.join(folder, 'records', `${handleOf(name.incident)}-copy of it`));
    expect(await store.closedRuns(name.incident)).toEqual([]);
  });

  it('leave out a record under this handle that says it is of another identity', async () => {
    await sealed('0190f000-aaaa', 4, { incident: 'incident/other' });
    const others = path.join(folder, 'records', `${handleOf('incident/other')}-0190f000-aaaa`);
    await rename(others, recordFolder());
    expect(await store.closedRuns(name.incident)).toEqual([]);
  });

  it('whose end was changed since are not believed', async () => {
    const { events } = await sealed('0190f000-aaaa', 4);
    const file = path.join(recordFolder(), `${String(events.length).padStart(12, '0')}.json`);
    await chmod(file, 0o600);
    await writeFile(file, JSON.stringify({ ...last(events), data: { as: 'false-positive' } }));
    await expect(store.closedRuns(name.incident)).rejects.toThrow(/does not end as it was sealed/);
  });

  it('with a seal that cannot be read are not believed', async () => {
    await sealed('0190f000-aaaa', 4);
    const file = path.join(recordFolder(), 'seal.json');
    await chmod(file, 0o600);
    await writeFile(file, 'not json');
    await expect(store.closedRuns(name.incident)).rejects.toBeInstanceOf(RecordFork);
  });
});

describe('keeping content', () => {
  const content = '{"runbook.yaml":"version: 1"}';
  const hash = createHash('sha256').update(content).digest('hex');

  it('gives it back by its hash, however often it was kept', async () => {
    await Promise.all([store.keep(hash, content), store.keep(hash, content)]);
    await store.keep(hash, content);
    expect(await store.kept(hash)).toBe(content);
    expect(await store.kept('0'.repeat(64))).toBeNull();
  });

  it('refuses a hash that is not the content’s, or no hash', async () => {
    await expect(store.keep('0'.repeat(64), content)).rejects.toBeInstanceOf(TypeError);
    await expect(store.keep('../../etc/passwd', content)).rejects.toBeInstanceOf(TypeError);
    await expect(store.kept('../x')).rejects.toBeInstanceOf(TypeError);
  });

  it('notices what was changed since', async () => {
    await store.keep(hash, content);
    const file = path.join(folder, 'records', 'kept', hash);
    await unlink(file);
    await writeFile(file, 'else');
    await expect(store.kept(hash)).rejects.toThrow(/changed since/);
  });
});
