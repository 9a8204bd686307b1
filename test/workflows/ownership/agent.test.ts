// An agent gets and loses rights while it runs: the authority over it lies with whoever runs it, it is looked at again before each stage,
// and what has changed since the votes is asked about again, with the difference.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { discovery } from '../../domain/incident/world.ts';
import { Plane } from '../plane.ts';
import { keyNamed, named } from '../stage.ts';
import {
  attest,
  choose,
  closedRecord,
  known,
  looksLike,
  ofType,
  refused,
  shipped,
  type Story,
} from './shipped.ts';

const FIRST = 'AKIAIOSFODNN7STOLEN1';
const SECOND = 'AKIAIOSFODNN7SECOND1';

const way = (id: string): Discovery['waysIn'][number] => ({
  kind: 'access-key',
  id,
  status: 'active',
  createdAt: null,
  lastUsedAt: null,
  stolen: id === FIRST,
});

/** One cut a key; the rest as usual. */
const withKeys = (...ids: string[]): Discovery => {
  const usual = discovery.proposals.cut ?? [];
  const cut = usual.flatMap((one) =>
    one.kind === 'aws/access-key'
      ? ids.map((id) => ({ ...one, target: { accessKeyId: id }, does: `Deactivate ${id}.` }))
      : [one],
  );
  return looksLike({ waysIn: ids.map(way), proposals: { cut } });
};

const plane = new Plane(withKeys(FIRST), withKeys(FIRST, SECOND));
let story: Story;
beforeAll(async () => {
  story = await shipped({ plane });
});
afterAll(() => story?.stop());

const key = keyNamed('deploy-agent');

/** The votes of three teams. */
async function vote() {
  const { stage } = story;
  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  expect((await stage.view(key)).steps, 'two of three teams').toBeNull();
  await refused(stage.approve('olga', 'act', key), 'notAllowed');
  await stage.approve('ada', 'act', key);
}

it('a second key appears between the votes and the cut: nothing is cut on the old votes', async () => {
  const { env, stage } = story;
  await stage.detect(named('deploy-agent', { classification: known('agent') }));
  await env.sleep('5 seconds');
  expect(await stage.view(key)).toMatchObject({ class: 'agent', phase: 'triage', hold: { party: 'soc' } });
  expect(plane.looked).toBe(1);

  await vote();
  const approved = ofType(await stage.record(key), 'planApproved')[0]?.data['plan'];
  await env.sleep('10 seconds');
  expect(plane.acts, 'on the old votes').toEqual([]);
  const asked = await stage.view(key);
  expect(asked).toMatchObject({
    phase: 'triage',
    hold: { party: 'agent-platform', person: 'ada' },
    offer: { to: 'soc' },
    steps: null,
  });
  expect(asked.gates.map(({ name, votes }) => [name, votes])).toEqual([['risk', []]]);
  const [changed] = ofType(await stage.record(key), 'planChanged');
  expect(changed?.data).toMatchObject({ plan: approved, suspects: [SECOND] });
  const hash = asked.plans.find(({ plan }) => plan.strategy === 'cut')?.hash ?? '';
  expect(hash).not.toBe(approved);
  expect(asked.difference?.[hash]).toEqual({ added: [`Deactivate ${SECOND}.`], gone: [] });
  const told = stage.told.notices.filter(({ says }) => says.includes(`New: Deactivate ${SECOND}.`));
  expect(told.length).toBeGreaterThan(0);

  await vote();
  await env.sleep('3 minutes');
  expect(plane.acts.slice(0, 4)).toEqual([
    's1 aws/quarantine apply',
    's2 aws/no-sessions apply',
    's3 aws/access-key apply',
    's4 aws/access-key apply',
  ]);
  const contained = await stage.view(key);
  expect(contained).toMatchObject({ phase: 'recovery', hold: { party: 'agent-platform', person: 'ada' } });
  expect(contained.steps?.slice(2, 4).map(({ does, status }) => [does, status])).toEqual([
    [`Deactivate ${FIRST}.`, 'seen'],
    [`Deactivate ${SECOND}.`, 'seen'],
  ]);
});

it('each later stage begins with a look of its own, up to the sealed record', async () => {
  const { env, stage } = story;
  await env.sleep('3 minutes');
  await attest(stage, key, 'olga');
  await stage.approve('ida', 'irreversible', key);
  await stage.approve('olga', 'irreversible', key);
  await env.sleep('37 hours');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
  const lines = await closedRecord(stage, key, 'resolved');
  const second = lines.slice(lines.findLastIndex(({ type }) => type === 'contained'));
  const stages = second.filter(({ type }) => ['stageBegun', 'discovered'].includes(type));
  expect(stages.map(({ type, data }) => (type === 'stageBegun' ? data['step'] : 'looked'))).toEqual(
    ['s5', 's6', 's7', 's8'].flatMap((step) => [step, 'looked']),
  );
  const firstOrder = lines.findIndex(({ type }) => type === 'ordered');
  expect(firstOrder).toBeGreaterThan(lines.findIndex(({ type }) => type === 'planChanged'));
});

/** The votes on the changed plan are votes like any other: time passes between them and the cut. */
it('it is looked at between the second votes and the cut too', async () => {
  const lines = await story.stage.record(key);
  const votedAt = lines.findLastIndex(({ type }) => type === 'planApproved');
  const firstOrder = lines.findIndex(({ type }) => type === 'ordered');
  expect(lines.slice(votedAt, firstOrder).map(({ type }) => type)).toContain('discovered');
});
