// A key that was seen dead is activated again, hours later: the checker sees it by itself, whoever cuts is called, and it is cut again.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyRecord } from '../../authority/verify-record.ts';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { detection, HOUR, rules } from '../domain/incident/world.ts';
import { mark } from './plane.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
beforeAll(async () => {
  const orders = { ...rules().orders, watchMs: HOUR };
  ({ env, stage } = await timeSkipping({ rules: rules({ orders }) }));
});
afterAll(() => env?.teardown());

/** However long the first looks take a busy machine. */
async function asked(): Promise<void> {
  for (let seconds = 0; seconds < 60; seconds++) {
    if ((await stage.view()).plans.length > 0) return;
    await env.sleep('1 second');
  }
  throw new Error('there is no plan');
}

const ofType = async (type: string) => (await stage.record()).filter((one) => one.type === type);

it('is seen, opens containment again, is cut again, and its record verifies', async () => {
  const stop = await atWork(stage);
  try {
    await stage.detect(detection());
    await asked();
    await stage.assess();
    await stage.approve();
    await env.sleep('3 minutes');
    const plan = (await stage.view()).planHash;
    await stage.say('olga', 'attest', { plan, body: { verdict: 'works', reason: 'the jobs run' } });
    expect(await stage.view()).toMatchObject({ phase: 'hardening', watch: { nextAt: expect.any(String) } });

    await env.sleep('61 minutes');
    expect(await ofType('reopened')).toEqual([]);
    expect((await ofType('watched')).length).toBe(1);

    const acts = stage.plane.acts.length;
    stage.plane.standing.delete(mark({ kind: 'aws/access-key', verb: 'apply' }));
    await env.sleep('62 minutes');
    expect(await ofType('reopened')).toMatchObject([{ data: { steps: ['s3'] } }]);
    expect(stage.plane.acts.slice(acts)).toEqual(['s3 aws/access-key apply']);
    expect(await ofType('contained')).toHaveLength(2);
    expect(stage.told.notices.filter(({ says }) => says.includes('open again')).map(({ to }) => to)).toEqual(
      expect.arrayContaining(['soc', 'identity', 'service-owner']),
    );
    expect(await stage.view()).toMatchObject({ phase: 'hardening', attestation: { verdict: 'works' } });

    for (const person of ['sam', 'lee'])
      await stage.say(person, 'close', { body: { reason: 'the rest is done by hand' } });
    await stage.handle().result();
    const { incident, firstRun } = await stage.view();
    const { events, seal } = await directoryRecordStore(stage.recordsFolder).read({ incident, firstRun });
    const text = [...events, seal].map((line) => JSON.stringify(line)).join('\n');
    expect(await verifyRecord(text, { directory: stage.people.directory })).toMatchObject({
      ok: true,
      sealed: true,
    });
  } finally {
    await stop();
  }
});
