// An alert storm on one identity: one incident, one workflow, everything kept that matters, and nobody is paged three hundred times.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LEVELS, type Level } from '../../../domain/detection/detection.schema.ts';
import { discovery } from '../../domain/incident/world.ts';
import { Plane } from '../plane.ts';
import { atWork, devServer, keyNamed, named, type Stage } from '../stage.ts';
import { choose, ofType, shippedFolder, shippedPeople } from './shipped.ts';

const SUGGESTED = 150;
const NAME = 'deploy-robot';
const key = keyNamed(NAME);
const SOURCES = ['guardduty', 'splunk', 'crowdstrike'];
const credential = (i: number) => `AKIAIOSFODNN7STORM${String(i).padStart(2, '0')}`;

let stage: Stage;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const server = await devServer({
    plane: new Plane(discovery),
    people: await shippedPeople(),
    dynamicConfig: [`limit.historyCount.suggestContinueAsNew=${SUGGESTED}`],
  });
  ends.push(server.stop);
  ({ stage } = server);
  stage.folder = await shippedFolder(stage.people);
  ends.push(await atWork(stage));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

let sent = 0;

/** At once, by signals, each its own finding. */
async function burst(count: number, levels: Level[], credentials: string[]) {
  const one = () => {
    const i = sent++;
    const detection = named(NAME, {
      sourceId: `finding-${i}`,
      source: SOURCES[i % SOURCES.length] ?? '',
      level: levels[i % levels.length] ?? 'unknown',
      credentialId: credentials[i % credentials.length] ?? null,
    });
    return i === 0 ? stage.detect(detection) : stage.handle(key).signal('detect', { detection });
  };
  await one();
  await Promise.all(Array.from({ length: count - 1 }, one));
  await expect.poll(counted, { timeout: 20_000, interval: 100 }).toBe(sent);
  return stage.view(key);
}

/** A run that is just about to go on anew may not answer. */
const counted = () =>
  stage.view(key).then(
    ({ detections }) => detections.count,
    () => null,
  );

const stronger = (a: Level, b: Level): boolean => LEVELS.indexOf(a) <= LEVELS.indexOf(b);

it('of 300 alerts is one incident: all sources and credentials, severity only rises, one page', async () => {
  const credentials = Array.from({ length: 12 }, (_, i) => credential(i));
  const bursts: [number, Level[]][] = [
    [60, ['low', 'medium']],
    [60, ['high', 'low', 'unknown']],
    [60, ['low']],
    [60, ['critical', 'medium']],
    [59, ['unknown', 'low', 'medium']],
  ];
  const levels: Level[] = [];
  const runs = new Set<string>();
  for (const [i, [count, mixed]] of bursts.entries()) {
    const { level, openedAt, firstRun } = await burst(count, mixed, credentials.slice(0, 3 * (i + 1)));
    levels.push(level);
    runs.add(`${openedAt} ${firstRun}`);
  }
  expect(runs.size, 'one incident').toBe(1);
  expect(levels).toEqual(['medium', 'high', 'high', 'critical', 'critical']);
  expect(levels.every((level, i) => i === 0 || stronger(level, levels[i - 1] ?? level))).toBe(true);

  const view = await burst(1, ['low'], credentials);
  expect(view.detections).toMatchObject({ count: 300 });
  expect(view.detections.sources.toSorted()).toEqual(SOURCES.toSorted());
  expect(stage.told.notices.map(({ to, says }) => [to, says.includes('yours now')])).toEqual([['soc', true]]);

  const lines = await stage.record(key);
  expect(ofType(lines, 'opened')).toHaveLength(1);
  const alerts = ofType(lines, 'detectionJoined').flatMap(
    ({ data }) => data['detections'] as { sourceId: string }[],
  );
  expect(new Set(alerts.map(({ sourceId }) => sourceId)).size, 'the first is in `opened`').toBe(299);
});

it('stays small: what a run hands to the next, and each run’s history', async () => {
  const { firstRun } = await stage.view(key);
  await expect
    .poll(async () => (await stage.handle(key).describe()).runId, { timeout: 10_000, interval: 100 })
    .not.toBe(firstRun);
  const { historyLength } = await stage.handle(key).describe();
  expect(historyLength).toBeLessThan(3 * SUGGESTED);
  const { events } = await stage.handle(key).fetchHistory();
  const given = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  const text = Buffer.from(given ?? []).toString('utf8');
  expect(text.length).toBeGreaterThan(1_000);
  expect(text.length).toBeLessThan(256 * 1_024);
  const { carried } = JSON.parse(text) as {
    carried: { incident: { detections: { credentials: string[] } } };
  };
  expect(carried.incident.detections.credentials.toSorted()).toEqual(
    Array.from({ length: 12 }, (_, i) => credential(i)),
  );
});

it('after the approval it is told once of a credential that the plan does not know', async () => {
  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  await burst(60, ['low', 'critical'], [credential(0), credential(20), credential(1)]);
  const told = ofType(await stage.record(key), 'told').map(({ data }) => String(data['says']));
  expect(told.filter((says) => says.includes(`names ${credential(20)}`))).toHaveLength(1);
  expect((await stage.view(key)).level).toBe('critical');
});

/** Of a stolen role each session has a key of its own: more than anybody reads. */
it('nor of each in a flood: after some they are in the record alone', async () => {
  const many = Array.from({ length: 60 }, (_, i) => credential(30 + i));
  await burst(60, ['low'], many);
  for (let again = 0; again < 2; again++) await burst(2, ['low'], [credential(99)]);
  const told = ofType(await stage.record(key), 'told').map(({ data }) => String(data['says']));
  expect(told.filter((says) => says.includes(credential(99)))).toHaveLength(0);
  expect(told.filter((says) => says.includes('More of them are not told one by one.'))).toHaveLength(1);
});
