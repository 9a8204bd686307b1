// One incident from its alert to its sealed record, with real signatures, on the time-skipping server.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { verifyRecord } from '../../authority/verify-record.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Ended } from '../../workflows/messages.ts';
import { detection } from '../domain/incident/world.ts';
import { mark } from './plane.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping());
});
afterAll(() => env?.teardown());

/** However long the first looks take a busy machine. */
async function asked(): Promise<IncidentView> {
  for (let seconds = 0; seconds < 60; seconds++) {
    const view = await stage.view();
    const { waitingFor } = view;
    const looks = waitingFor.some((what) => what.startsWith('the checker'));
    if (!looks && waitingFor.some((what) => what.startsWith('SOC to answer'))) return view;
    await env.sleep('1 second');
  }
  throw new Error('nobody is asked');
}

describe('the main path', () => {
  it('goes from the alert through every phase to the sealed record', async () => {
    const stop = await atWork(stage);
    try {
      await stage.detect(detection());
      const first = await asked();
      expect(first).toMatchObject({ phase: 'triage', hold: { party: 'soc' }, detections: { count: 1 } });
      expect(first.waitingFor).toEqual([
        'SOC to acknowledge it',
        'SOC to answer: Is this real, and what is to be done?',
      ]);

      await stage.assess();
      expect(await stage.view()).toMatchObject({
        phase: 'containment',
        hold: { party: 'soc', person: 'sam' },
        offer: { to: 'identity' },
      });
      expect(stage.plane.acts, 'one vote is not enough').toEqual([]);

      await stage.approve();
      await env.sleep('5 seconds');
      expect(stage.plane.acts).toEqual([
        's1 aws/quarantine apply',
        's2 aws/no-sessions apply',
        's3 aws/access-key apply',
      ]);
      expect((await stage.view()).phase, 'not contained before the propagation time').toBe('containment');
      // The thief undoes the quarantine before the second look.
      stage.plane.standing.delete(mark({ kind: 'aws/quarantine', verb: 'apply' }));
      await env.sleep('30 seconds');
      expect(stage.plane.acts.slice(3, 4)).toEqual(['s1 aws/quarantine apply']);

      await env.sleep('1 minute');
      const recovering = await stage.view();
      expect(recovering).toMatchObject({ phase: 'recovery', offer: { to: 'service-owner' } });
      expect(recovering.steps?.map((step) => step.status)).toEqual([
        'seen',
        'seen',
        'seen',
        'seen',
        'seen',
        'waiting',
        'waiting',
      ]);
      const plan = recovering.planHash;
      await stage.say('olga', 'attest', { plan, body: { verdict: 'works', reason: 'the jobs run' } });
      expect(await stage.view()).toMatchObject({
        phase: 'hardening',
        hold: { party: 'service-owner', person: 'olga' },
      });

      await stage.approve('ida', 'irreversible');
      await env.sleep('1 minute');
      const hardened = await stage.view();
      expect(hardened.steps?.map((step) => step.status)).toEqual([...Array(6).fill('seen'), 'waiting']);
      await env.sleep('37 hours');
      expect(stage.plane.acts.at(-1)).toBe('s7 aws/no-sessions undo');
      await stage.say('sam', 'close', { body: { reason: 'all is seen' } });
      const ended = (await stage.handle().result()) as Ended;
      expect(ended.outcome).toBe('closed');

      const { incident, firstRun } = hardened;
      const { events, seal } = await directoryRecordStore(stage.recordsFolder).read({ incident, firstRun });
      expect(events.at(-1)).toMatchObject({ type: 'closed', hash: ended.head });
      const text = [...events, seal].map((line) => JSON.stringify(line)).join('\n');
      const report = await verifyRecord(text, { directory: stage.people.directory });
      expect(report).toMatchObject({ ok: true, sealed: true });
    } finally {
      await stop();
    }
  });
});
