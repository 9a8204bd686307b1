// What comes at the same moment, on a server whose time is real: votes from several clients, as updates and as signals, a vote while the
// plan changes, a word as a rung of the ladder is told. Each has one defined outcome; nothing is lost and nothing happens twice.
import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Message, Saying, Statement } from '../../domain/statement/statement.schema.ts';
import type { Outcome } from '../../workflows/messages.ts';
import { rules } from '../domain/incident/world.ts';
import { prompt } from '../replay/short-clocks.ts';
import { isAsked, reached } from '../replay/stories.ts';
import {
  atWork,
  dataConverter,
  devServer,
  gate,
  keyNamed,
  named,
  people,
  type Stage,
} from '../workflows/stage.ts';

const ROUNDS = 6;
const numbered = Array.from({ length: ROUNDS }, (_, round) => round);

let stage: Stage;
let clients: Client[];
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const ofIdentity = { ida: ['identity'], ivo: ['identity'] };
  const everybody = await people({
    sam: ['soc'],
    lee: ['soc'],
    olga: ['service-owner'],
    pat: ['platform'],
    ...ofIdentity,
  });
  const { server, stage: made, stop } = await devServer({ rules: prompt, people: everybody });
  ends.push(stop);
  stage = made;
  const connection = await Connection.connect({ address: server.address });
  ends.push(() => connection.close());
  clients = [stage.client, new Client({ connection, dataConverter })];
  ends.push(await atWork(stage));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

type Way = 'update' | 'signal';

/** Sends it by the client of that number; what an update is told of it, null where a signal is told nothing. */
async function sent(
  key: string,
  message: Message,
  saying: Saying,
  client: number,
  way: Way,
): Promise<string | null> {
  const handle = clients[client % clients.length]?.workflow.getHandle(`incident/${key}`);
  if (handle === undefined) throw new Error('no client');
  if (way === 'signal') {
    await handle.signal(message, saying);
    return null;
  }
  try {
    await handle.executeUpdate<Outcome, [unknown]>(message, { args: [saying] });
    return 'accepted';
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      return error.cause.type ?? 'no code';
    throw error;
  }
}

const idOf = ({ statement }: Saying): string =>
  (JSON.parse(Buffer.from(statement, 'base64url').toString()) as Statement).jti;

const linesOf = (key: string) => stage.record(key);

/** What the record says of it, once it does. */
const recorded = (key: string, said: Saying): Promise<string> =>
  vi.waitFor(async () => {
    const line = (await linesOf(key)).find(
      ({ type, data }) => type !== 'acknowledged' && data['jti'] === idOf(said),
    );
    if (line === undefined) throw new Error('it has not been heard yet');
    return line.type === 'refused' ? String(line.data['code']) : 'accepted';
  }, 60_000);

/** Its outcome, however it was sent. */
async function outcome(key: string, said: Saying, told: string | null): Promise<string> {
  if (told === null) return recorded(key, said);
  // What an update's validator refuses is in no record; what was taken is.
  if (told === 'accepted') expect(await recorded(key, said)).toBe(told);
  return told;
}

const isPlanned = (view: IncidentView): boolean => view.plans.length > 0 && isAsked('risk')(view);

async function asksForTheAct(name: string): Promise<{ key: string; view: IncidentView }> {
  const key = keyNamed(name);
  await stage.detect(named(name));
  await reached(stage, 'a plan', isPlanned, key);
  await stage.assess('sam', key);
  return { key, view: await reached(stage, 'the act gate', isAsked('act'), key) };
}

const approval = (key: string, view: IncidentView, person: string): Promise<Saying> => {
  const act = view.gates.find(({ name }) => name === 'act');
  const said = { answers: act?.id ?? null, plan: act?.plan ?? null, body: { verdict: 'approve' } };
  return stage.statement(person, 'decide', said, key);
};

const isWhole = (lines: { seq: number }[]) =>
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1));

it('three votes of which two are needed: two are counted, once, and the third is told that nothing is open', async () => {
  stage.rules = {
    ...prompt,
    gates: { ...prompt.gates, act: { quorum: 3, parties: ['soc', 'identity'] } },
  };
  await Promise.all(
    numbered.map(async (round) => {
      const { key, view } = await asksForTheAct(`at-once-${round}`);
      const act = gate(view, 'act');
      const said = await Promise.all(['lee', 'ida', 'ivo'].map((person) => approval(key, view, person)));
      // All by update; the first as a signal; the first two.
      const ways = said.map((_, i): Way => (i < round % 3 ? 'signal' : 'update'));
      const told = await Promise.all(
        said.map((one, i) => sent(key, 'decide', one, i + round, ways[i] ?? 'update')),
      );
      const outcomes = await Promise.all(said.map((one, i) => outcome(key, one, told[i] ?? null)));
      expect(outcomes.toSorted()).toEqual(['accepted', 'accepted', 'notOpen']);
      const again = await Promise.all(said.map((one, i) => sent(key, 'decide', one, i, 'update')));
      expect(again, 'a repetition is told the same').toEqual(outcomes);
      const lines = await linesOf(key);
      isWhole(lines);
      const counted = lines.flatMap(({ type, data }) =>
        type === 'voted' && data['gate'] === act && data['person'] !== 'sam' ? [String(data['jti'])] : [],
      );
      expect(counted.toSorted()).toEqual(
        said.flatMap((one, i) => (outcomes[i] === 'accepted' ? [idOf(one)] : [])).toSorted(),
      );
      expect(lines.filter(({ type }) => type === 'planApproved')).toHaveLength(1);
    }),
  );
});

it('a vote while the plan changes: it counts for the plan that it names, or it is told that nothing is open', async () => {
  stage.rules = prompt;
  const all = await Promise.all(
    numbered.map(async (round) => {
      const name = `changes-${round}`;
      const { key, view } = await asksForTheAct(name);
      const act = view.gates.find((one) => one.name === 'act');
      const vote = await approval(key, view, 'ida');
      // Another key of the same user: it is looked at again, and the plan is another one.
      const news = named(name, { sourceId: `second-${round}`, credentialId: 'AKIAIOSFODNN7STOLEN2' });
      const when = (['before', 'with', 'after'] as const)[round % 3];
      if (when === 'before') await stage.detect(news);
      if (when === 'after') {
        await stage.detect(news);
        await reached(stage, 'another plan', ({ gates }) => gates.every(({ id }) => id !== act?.id), key);
      }
      const [told] = await Promise.all([
        sent(key, 'decide', vote, round, round % 2 === 0 ? 'update' : 'signal'),
        ...(when === 'with' ? [stage.detect(news)] : []),
      ]);
      const became = await outcome(key, vote, told);
      const lines = await linesOf(key);
      isWhole(lines);
      const of = (type: string) =>
        lines.filter((line) => line.type === type && line.data['gate'] === act?.id);
      const approved = lines.filter(
        ({ type, data }) => type === 'planApproved' && data['plan'] === act?.plan,
      );
      const votes = of('voted').filter(({ data }) => data['person'] === 'ida');
      if (became === 'accepted') {
        expect([votes.length, approved.length, of('gateMet').length]).toEqual([1, 1, 1]);
        expect(votes[0]?.data['plan']).toBe(act?.plan);
      } else {
        expect(became).toBe('notOpen');
        expect([votes.length, approved.length, of('gateLapsed').length]).toEqual([0, 0, 1]);
      }
      return { when, became };
    }),
  );
  const after = all.filter(({ when }) => when === 'after').map(({ became }) => became);
  expect(after).toEqual(['notOpen', 'notOpen']);
});

it('a word while the ladder is climbed: it is taken once, and no rung is told after it', async () => {
  const { triage } = prompt.phases;
  const [rung] = triage.ladder.rungs;
  if (rung === undefined) throw new Error('the ladder has no rung');
  const rungs = Array.from({ length: 40 }, (_, i) => ({ ...rung, afterMs: (i + 1) * 300 }));
  stage.rules = rules({
    ...prompt,
    phases: {
      ...prompt.phases,
      triage: { ...triage, acknowledgeMs: 600_000, ladder: { ...triage.ladder, rungs } },
    },
  });
  // One after another: a ladder as short as this is work enough for one worker.
  for (const round of numbered) {
    const key = keyNamed(`climbs-${round}`);
    await stage.detect(named(`climbs-${round}`));
    const view = await reached(stage, 'a plan', isPlanned, key);
    const body = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'seen in the logs' };
    const said = { answers: gate(view, 'risk'), plan: view.plans[0]?.hash ?? null, body };
    const word = await stage.statement('sam', 'assess', said, key);
    const told = (lines: { type: string }[]) => lines.filter(({ type }) => type === 'rungTold').length;
    await vi.waitFor(async () => {
      if (told(await linesOf(key)) <= round % 3) throw new Error('the ladder is not climbed yet');
    }, 60_000);
    const answers = await Promise.all([
      sent(key, 'assess', word, round, 'update'),
      sent(key, 'assess', word, round + 1, round % 2 === 0 ? 'update' : 'signal'),
    ]);
    expect(answers.filter((one) => one !== null).every((one) => one === 'accepted')).toBe(true);
    await reached(stage, 'the act gate', isAsked('act'), key);
    const lines = await linesOf(key);
    isWhole(lines);
    const heard = lines.findIndex(({ type }) => type === 'assessed');
    expect(lines.filter(({ type }) => type === 'assessed')).toHaveLength(1);
    expect(told(lines.slice(0, heard))).toBeGreaterThan(0);
    expect(told(lines.slice(heard))).toBe(0);
    expect(lines.filter(({ type }) => type === 'refused')).toEqual([]);
  }
});
