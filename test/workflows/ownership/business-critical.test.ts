// A workload that the company lives from: to cut it may be worse than the thief. The SOC keeps the record and the risk decision, and
// chooses to replace first; the act stays with the source of truth; the old key dies at a hard deadline, whatever became of the new one.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { epochMs, plus } from '../../../domain/instant/instant.ts';
import { HOUR, MINUTE } from '../../domain/incident/world.ts';
import { mark } from '../plane.ts';
import { keyNamed, named } from '../stage.ts';
import {
  attest,
  choose,
  clocks,
  closedRecord,
  known,
  ofType,
  refused,
  shipped,
  type Story,
  take,
} from './shipped.ts';

let story: Story;
beforeAll(async () => {
  story = await shipped();
});
afterAll(() => story?.stop());

const NEW_KEY = mark({ kind: 'aws/access-key-replacement', verb: 'apply' });
const OWNERS_ACT = 's1 aws/access-key-replacement apply';
const CUT = ['s2 aws/no-sessions apply', 's3 aws/access-key apply'];

/** Judged by the SOC, then approved by the identity team; the owner's executor has made the new key, which nobody uses yet. */
async function replacing(name: string, undecidedFor = '1 second'): Promise<string> {
  const { env, stage } = story;
  const key = keyNamed(name);
  stage.plane.acts.length = 0;
  stage.plane.standing.clear();
  await stage.detect(named(name, { classification: known('businessCritical') }));
  await env.sleep('5 seconds');
  const first = await stage.view(key);
  expect(first).toMatchObject({ class: 'business-critical', hold: { party: 'soc' } });
  expect(first.plans.map(({ plan }) => plan.strategy)).toEqual(['replace-then-cut', 'restrict', 'cut']);
  await refused(choose(stage, key, 'cut', 'ida'), 'notAllowed');
  await take(stage, key, 'sam');
  await env.sleep(undecidedFor);
  await choose(stage, key, 'replace-then-cut');
  await stage.approve('erin', 'act', key);
  expect((await stage.view(key)).steps, 'two of the SOC are not two teams').toBeNull();
  await stage.approve('ida', 'act', key);
  await env.sleep('5 seconds');
  stage.plane.standing.delete(NEW_KEY);
  expect(await stage.view(key)).toMatchObject({
    phase: 'containment',
    hold: { party: 'identity', person: 'ida' },
  });
  expect(stage.plane.acts).toEqual([OWNERS_ACT]);
  return key;
}

/** From the cut to the sealed record. */
async function finish(key: string) {
  const { env, stage } = story;
  await attest(stage, key, 'olga');
  await stage.approve('ida', 'irreversible', key);
  await refused(stage.approve('sam', 'irreversible', key), 'notAllowed');
  await stage.approve('olga', 'irreversible', key);
  await env.sleep('37 hours');
  await refused(stage.say('ida', 'close', { body: { reason: 'done' } }, key), 'notAllowed');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
  return closedRecord(stage, key, 'resolved');
}

it('the old key is cut when the new one is seen in use, before the deadline', async () => {
  const { env, stage } = story;
  const key = await replacing('deploy-shop');
  await env.sleep('3 minutes');
  expect(stage.plane.acts, 'the new key is not in use yet').toEqual([OWNERS_ACT]);
  stage.plane.standing.add(NEW_KEY);
  await env.sleep('5 minutes');
  expect(stage.plane.acts).toEqual([OWNERS_ACT, ...CUT]);
  expect(await stage.view(key)).toMatchObject({ phase: 'recovery', offer: { to: 'service-owner' } });
  const lines = await finish(key);
  expect(ofType(lines, 'deadlineCame')).toEqual([]);
  const [assessed] = ofType(lines, 'assessed');
  expect(assessed?.data).toMatchObject({ person: 'sam', strategy: 'replace-then-cut' });
});

it('where the new key is never seen it is cut at the hard deadline, though nobody answers', async () => {
  const { env, stage } = story;
  const key = await replacing('deploy-till', '105 minutes');
  const { plans, planHash, hold } = await stage.view(key);
  const plan = plans.find(({ hash }) => hash === planHash)?.plan;
  const deadline = plus(plan?.madeAt ?? '', 2 * HOUR);
  expect(plan?.steps.map(({ startBy }) => startBy ?? null)).toEqual([null, deadline, deadline, null, null]);
  await env.sleep(epochMs(deadline) - (await env.currentTimeMs()) - MINUTE);
  expect(stage.plane.acts, 'a minute before').toEqual([OWNERS_ACT]);
  await env.sleep('5 minutes');
  expect(stage.plane.acts).toEqual([OWNERS_ACT, ...CUT]);
  const lines = await stage.record(key);
  expect(clocks(lines, 'deadlineCame')).toEqual([['deadlineCame', deadline, null]]);
  const cut = ofType(lines, 'ordered').find(({ data }) => data['step'] === 's2');
  expect(epochMs(cut?.at ?? '') - epochMs(deadline)).toBeGreaterThanOrEqual(0);
  expect(epochMs(cut?.at ?? '') - epochMs(deadline), 'at once').toBeLessThan(MINUTE / 2);
  const taken = lines.slice(lines.findIndex(({ type }) => type === 'handedOff'));
  expect(clocks(taken, 'reminded', 'climbing', 'silence')).toEqual([
    ['reminded', plus(hold.since, 10 * MINUTE), 'identity'],
  ]);
  expect(await stage.view(key), 'contained, and the service is not moved yet').toMatchObject({
    phase: 'recovery',
    offer: { to: 'service-owner' },
  });
  await refused(attest(stage, key, 'ida'), 'notAllowed');
  stage.plane.standing.add(NEW_KEY);
  await env.sleep('5 minutes');
  await finish(key);
});
