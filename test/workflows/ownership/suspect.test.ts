// Whoever should answer is the one whose identity was stolen: the thief may sit at their desk. They are neither told by name nor heard;
// somebody else of the party takes it, and where a whole party is in doubt, the SOC.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plus } from '../../../domain/instant/instant.ts';
import { MINUTE } from '../../domain/incident/world.ts';
import { gate, keyNamed, named } from '../stage.ts';
import { attest, choose, closedRecord, ofType, refused, shipped, type Story, take } from './shipped.ts';

const ERINS = keyNamed('deploy-erin');
const OWNERS = keyNamed('deploy-owners');

let story: Story;
beforeAll(async () => {
  story = await shipped({ own: { erin: [ERINS], olga: [OWNERS], omar: [OWNERS] } });
});
afterAll(() => story?.stop());

it('an owner all of whose people are in doubt owns nothing here: the SOC holds the recovery', async () => {
  const { env, stage } = story;
  await stage.detect(named('deploy-owners'));
  await env.sleep('5 seconds');
  await choose(stage, OWNERS, 'cut');
  await stage.approve('ida', 'act', OWNERS);
  await env.sleep('3 minutes');
  expect(await stage.view(OWNERS)).toMatchObject({ phase: 'recovery', offer: { to: 'soc' } });
  await refused(take(stage, OWNERS, 'olga'), 'notAllowed');
  await refused(attest(stage, OWNERS, 'olga'), 'notAllowed');
  await refused(attest(stage, OWNERS, 'omar'), 'notAllowed');
  await take(stage, OWNERS, 'sam');
  await attest(stage, OWNERS, 'sam');
  await stage.approve('ida', 'irreversible', OWNERS);
  await refused(stage.approve('olga', 'irreversible', OWNERS), 'notAllowed');
  await stage.approve('lee', 'irreversible', OWNERS);
  await env.sleep('37 hours');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, OWNERS);
  const lines = await closedRecord(stage, OWNERS, 'resolved');
  expect(ofType(lines, 'attested').map(({ data }) => data['person'])).toEqual(['sam']);
  const told = lines.filter(({ type, data }) => type === 'told' && data['to'] === 'service-owner');
  expect(told, 'nobody of them was told').toEqual([]);
});

it('the ladder names her: her party is told instead, she is not heard, and a colleague takes it', async () => {
  const { env, stage } = story;
  await stage.detect(named('deploy-erin'));
  await env.sleep('6 minutes');
  const rungs = ofType(await stage.record(ERINS), 'rungTold');
  const { openedAt } = await stage.view(ERINS);
  expect(rungs.map(({ data }) => [data['due'], data['to'], data['person']])).toEqual([
    [plus(openedAt, MINUTE), 'soc', null],
    [plus(openedAt, 5 * MINUTE), 'soc', null],
  ]);
  await refused(take(stage, ERINS, 'erin'), 'notAllowed');
  await refused(choose(stage, ERINS, 'cut', 'erin'), 'notAllowed');
  const view = await stage.view(ERINS);
  const allClear = { verdict: 'falsePositive', impact: 'none', reason: 'that was me' };
  await refused(
    stage.say('erin', 'assess', { answers: gate(view, 'risk'), body: allClear }, ERINS),
    'notAllowed',
  );
  await stage.handle(ERINS).signal('acknowledge', { person: 'erin', body: { answer: 'accept' } });
  await env.sleep('1 second');
  expect(ofType(await stage.record(ERINS), 'refused')).toHaveLength(4);
  expect((await stage.view(ERINS)).hold.acknowledgedAt, 'none of it stopped a clock').toBeNull();
  await take(stage, ERINS, 'lee');
  await refused(
    stage.say('lee', 'handOff', { body: { to: 'soc', person: 'erin', reason: 'she knows it' } }, ERINS),
    'notAllowed',
  );
  await choose(stage, ERINS, 'cut', 'lee');
  await stage.approve('ida', 'act', ERINS);
  await env.sleep('3 minutes');
  expect((await stage.view(ERINS)).phase).toBe('recovery');
  const byName = stage.told.notices.filter(({ person }) => person === 'erin');
  expect(byName, 'never by name').toEqual([]);
  await stage.say('erin', 'note', { body: { text: 'I was asleep' } }, ERINS);
  expect(ofType(await stage.record(ERINS), 'noted'), 'what she knows may help').toHaveLength(1);
});

it('for anybody else’s identity she is told by name, and heard', async () => {
  const { env, stage } = story;
  const key = keyNamed('deploy-other');
  await stage.detect(named('deploy-other'));
  await env.sleep('6 minutes');
  const rungs = ofType(await stage.record(key), 'rungTold');
  expect(rungs.map(({ data }) => data['person'])).toEqual([null, 'erin']);
  await choose(stage, key, 'cut', 'erin');
  expect((await stage.view(key)).hold.person).toBe('erin');
});
