// Two teams claim it: the runbook's pattern names one, a tag that the identity could not have written names another. Nobody is taken for
// its owner until the SOC says whose it is, and a tag that it could have written claims nothing.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { Plane } from '../plane.ts';
import { keyNamed, named } from '../stage.ts';
import {
  attest,
  choose,
  closedRecord,
  looksLike,
  ofType,
  refused,
  shipped,
  type Story,
  take,
} from './shipped.ts';

const tagged = (writable: boolean): Discovery =>
  looksLike({ tags: [{ key: 'team', value: 'platform', writable }] });

let story: Story;
beforeAll(async () => {
  story = await shipped({ plane: new Plane(tagged(false)) });
});
afterAll(() => story?.stop());

const toldOfClaims = (about: string) =>
  story.stage.told.notices.filter(
    ({ says, incident }) => says.includes('both count as its owner') && incident.includes(about),
  );

it('the SOC is told and holds the recovery; once it has settled it, that team alone attests', async () => {
  const { env, stage } = story;
  const key = keyNamed('deploy-robot');
  await stage.detect(named('deploy-robot'));
  await env.sleep('5 seconds');
  expect((await stage.view(key)).concerns.join(' ')).toContain(
    'Service owners and Platform team both count as its owner',
  );
  expect(toldOfClaims('deploy-robot').map(({ to }) => to)).toEqual(['soc']);
  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  await env.sleep('3 minutes');
  expect(await stage.view(key)).toMatchObject({ phase: 'recovery', offer: { to: 'soc' } });
  await take(stage, key, 'sam');
  await refused(attest(stage, key, 'olga'), 'notAllowed');
  await refused(attest(stage, key, 'pat'), 'notAllowed');

  const body = { owner: 'platform', reason: 'the service owners gave it away in June' };
  await refused(stage.say('olga', 'assess', { body }, key), 'notAllowed');
  await stage.say('sam', 'assess', { body }, key);
  await env.sleep('5 seconds');
  const settled = await stage.view(key);
  expect(settled.offer).toMatchObject({ to: 'platform' });
  expect(settled.concerns.join(' ')).not.toContain('both count as its owner');
  await refused(attest(stage, key, 'olga'), 'notAllowed');
  await attest(stage, key, 'pat');
  expect(await stage.view(key)).toMatchObject({
    phase: 'hardening',
    hold: { party: 'platform', person: 'pat' },
  });
  expect(toldOfClaims('deploy-robot'), 'once').toHaveLength(1);

  await stage.approve('ida', 'irreversible', key);
  await refused(stage.approve('olga', 'irreversible', key), 'notAllowed');
  await stage.approve('pat', 'irreversible', key);
  await env.sleep('37 hours');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
  const lines = await closedRecord(stage, key, 'resolved');
  const claims = ofType(lines, 'rulesResolved').map(({ data }) => {
    const { owner, claims: by } = data['rules'] as { owner: string | null; claims: string[] };
    return { owner, by };
  });
  const both = ['service-owner', 'platform'];
  expect(claims.slice(-2)).toEqual([
    { owner: null, by: both },
    { owner: 'platform', by: both },
  ]);
});

it('a tag that the identity could have written claims nothing', async () => {
  const { env, stage } = story;
  const key = keyNamed('deploy-cart');
  stage.plane.looks = [tagged(true)];
  await stage.detect(named('deploy-cart'));
  await env.sleep('5 seconds');
  const view = await stage.view(key);
  expect(view.tags).toEqual([{ key: 'team', value: 'platform', writable: true }]);
  expect(view.concerns.join(' ')).not.toContain('owner');
  expect(toldOfClaims('deploy-cart')).toEqual([]);
  const body = { owner: 'platform', reason: 'so says its tag' };
  await refused(stage.say('sam', 'assess', { body }, key), 'notNow');
  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  await env.sleep('3 minutes');
  expect(await stage.view(key)).toMatchObject({ phase: 'recovery', offer: { to: 'service-owner' } });
});
