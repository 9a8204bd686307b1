// What the audit log hears of an incident: every word with what became of it, also what a validator refuses and no history keeps.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { atWork, keyNamed, named, type Stage, timeSkipping } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping());
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop();
  await env.teardown();
});
beforeEach(() => void stage.heard.splice(0));

const opened = async (reference: string): Promise<string> => {
  await stage.detect(named(reference));
  const key = keyNamed(reference);
  await stage.view(key);
  return key;
};
const told = (entry: AuditEntry) => [
  entry.stage,
  entry.verdict,
  entry.code,
  entry.message,
  entry.who,
  entry.from,
];

it('what is accepted, and what the incident refuses, with how it came', async () => {
  const key = await opened('accepted');
  await stage.say('sam', 'note', { body: { text: 'I look at it' } }, key);
  const stranger = await stage.statement('sam', 'note', { body: { text: 'x' } }, key);
  const bent = { ...stranger, proof: { type: 'key', jws: 'e30..AAAA' } };
  await expect(stage.update('note', bent, key)).rejects.toThrow();
  await stage.handle(key).signal('acknowledge', { person: 'sam\n{"seq": 9}', body: { answer: 'accept' } });
  await stage.handle(key).signal('noSuchMessage', {});
  await env.sleep('2 seconds');
  expect(stage.heard.map(told)).toEqual([
    ['incident', 'accepted', 'ok', 'note', 'sam', 'update'],
    ['incident', 'refused', 'badProof', 'note', 'sam', 'update'],
    ['incident', 'refused', 'notAllowed', 'acknowledge', 'sam\uFFFD{"seq": 9}', 'signal'],
    ['incident', 'refused', 'unknownMessage', 'noSuchMessage', null, 'signal'],
  ]);
  expect(stage.heard[0]).toMatchObject({
    what: 'statement',
    incident: `incident/${key}`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

it('what a validator refuses, although no history has it', async () => {
  const key = await opened('validator');
  await expect(stage.update('note', { statement: 7 }, key)).rejects.toThrow();
  const elsewhere = await stage.statement(
    'sam',
    'close',
    { body: { reason: 'done' } },
    await opened('elsewhere'),
  );
  await expect(stage.update('close', elsewhere, key)).rejects.toThrow();
  await expect(stage.handle(key).executeUpdate('detect', { args: [{ detection: 1 }] })).rejects.toThrow();
  const { events } = await stage.handle(key).fetchHistory();
  expect(events?.length).toBeGreaterThan(3);
  expect(events?.filter((one) => one.workflowExecutionUpdateAcceptedEventAttributes != null)).toEqual([]);
  expect((await stage.record(key)).map(({ type }) => type)).not.toContain('refused');
  expect(stage.heard.map(told)).toEqual([
    ['validator', 'refused', 'malformed', 'note', null, 'update'],
    ['validator', 'refused', 'wrongIncident', 'close', 'sam', 'update'],
    ['validator', 'refused', 'malformed', 'detect', null, 'update'],
  ]);
  expect(stage.heard.map(({ what }) => what)).toEqual(['statement', 'statement', 'alert']);
});

it('alerts that are taken stand in the record alone, and a replay tells nothing again', async () => {
  const key = await opened('replayed');
  await stage.say('sam', 'note', { body: { text: 'x' } }, key);
  expect(stage.heard.map(({ who }) => who)).toEqual(['sam']);
  const history = await stage.handle(key).fetchHistory();
  const again: AuditEntry[] = [];
  const { codePath, payloadConverterPath } = inject('workflows');
  await Worker.runReplayHistory(
    {
      workflowBundle: { codePath },
      dataConverter: { payloadConverterPath },
      sinks: {
        audit: { heard: { fn: (_, entry: AuditEntry) => void again.push(entry), callDuringReplay: true } },
      },
    },
    history,
    `incident/${key}`,
  );
  expect(again).toEqual([]);
});
