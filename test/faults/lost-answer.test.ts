// An executor acts, and its answer is lost on the way. It is asked again, reads before it writes, and finds that it was so.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CredentialKind, Provider } from '../../domain/provider/provider.ts';
import { detection, discovery } from '../domain/incident/world.ts';
import { mark, Plane } from '../workflows/plane.ts';
import { atWork, type Stage, timeSkipping } from '../workflows/stage.ts';

/** Writes only what is not so already, and says what it has written; loses the answers of one step. */
class Lossy extends Plane {
  readonly written: string[] = [];
  /** Id of the step whose answers are lost. */
  losing: string | null = null;

  override get provider(): Provider {
    const plane = super.provider;
    return {
      ...plane,
      hand: (...of) => {
        const kind = plane.hand(...of);
        return kind === undefined ? undefined : this.careful(kind);
      },
    };
  }

  private careful(kind: CredentialKind): CredentialKind {
    const act =
      (verb: 'apply' | 'undo'): CredentialKind['apply'] =>
      async (asked) => {
        const { step } = asked;
        const wasSo = this.standing.has(mark(step));
        if (!wasSo) {
          await kind[verb](asked);
          this.written.push(step.id);
        }
        if (this.losing === step.id) throw new Error('the connection broke');
        return { wasSo, evidence: {} };
      };
    return { ...kind, apply: act('apply'), undo: act('undo') };
  }
}

const plane = new Lossy(discovery);
let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping({ plane }));
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop?.();
  await env?.teardown();
});

const about = async (type: string, step: string) =>
  (await stage.record()).filter((line) => line.type === type && line.data['step'] === step);

it('a step whose answers are lost for eight minutes is written once, and ordered again under the same id', async () => {
  plane.losing = 's2';
  await stage.detect(detection());
  await env.sleep('2 seconds');
  await stage.assess();
  await stage.approve();
  await env.sleep('8 minutes');
  const trouble = await about('stepTrouble', 's2');
  expect(trouble.map((line) => line.data['sort'])).toContain('retry');
  expect((await stage.view()).steps?.[1]).toMatchObject({ trouble: expect.stringMatching(/./) });
  expect(plane.written, 'what follows waits').toEqual(['s1', 's2']);

  plane.losing = null;
  await env.sleep('8 minutes');
  const ordered = await about('ordered', 's2');
  expect(ordered.length).toBeGreaterThan(1);
  expect(new Set(ordered.map((line) => line.data['order'])).size, 'one order id').toBe(1);
  expect(ordered.map((line) => line.data['attempt'])).toEqual(ordered.map((_, i) => i + 1));
  // What it finds it has put on itself: an undo will take it off.
  expect(await about('stepApplied', 's2')).toMatchObject([{ data: { wasSo: false } }]);
  expect(await about('stepApplied', 's1')).toMatchObject([{ data: { wasSo: false } }]);
  expect(plane.written.filter((step) => step === 's2')).toEqual(['s2']);
  expect((await stage.record()).map((line) => line.type)).toContain('contained');
});
