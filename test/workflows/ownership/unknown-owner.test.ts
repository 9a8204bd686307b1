// Nobody is known to own it: the SOC holds its recovery until it names one, and then only that team says that the service works.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyNamed, named } from '../stage.ts';
import { attest, choose, closedRecord, ofType, refused, shipped, type Story, take } from './shipped.ts';

let story: Story;
beforeAll(async () => {
  story = await shipped();
});
afterAll(() => story?.stop());

it('the SOC holds the recovery, names the owner, and hands it over', async () => {
  const { env, stage } = story;
  const key = keyNamed('report-maker');
  await stage.detect(named('report-maker'));
  await env.sleep('5 seconds');
  const first = await stage.view(key);
  expect(first.class).toBe('standard');
  expect(first.concerns.join(' ')).toContain('Nobody is known to own this identity');
  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  await env.sleep('3 minutes');
  expect(await stage.view(key)).toMatchObject({
    phase: 'recovery',
    hold: { party: 'identity' },
    offer: { to: 'soc' },
  });
  await take(stage, key, 'sam');
  expect((await stage.view(key)).hold).toMatchObject({ party: 'soc', person: 'sam' });

  await refused(attest(stage, key, 'pat'), 'notAllowed');
  const owner = (body: Record<string, unknown>, person = 'sam') =>
    stage.say(person, 'assess', { body: { reason: 'asked around', ...body } }, key);
  await refused(owner({ owner: 'platform' }, 'ida'), 'notAllowed');
  await refused(owner({ owner: 'nobody-at-all' }), 'malformed');
  await owner({ owner: 'platform' });
  await env.sleep('5 seconds');
  const handed = await stage.view(key);
  expect(handed).toMatchObject({ hold: { party: 'soc', person: 'sam' }, offer: { to: 'platform' } });
  expect(handed.concerns.join(' ')).not.toContain('Nobody is known to own');
  await refused(attest(stage, key, 'sam'), 'notAllowed');
  await refused(attest(stage, key, 'olga'), 'notAllowed');
  await attest(stage, key, 'pat');
  expect(await stage.view(key)).toMatchObject({
    phase: 'hardening',
    hold: { party: 'platform', person: 'pat' },
    attestation: { person: 'pat', verdict: 'works' },
  });

  await stage.approve('ida', 'irreversible', key);
  await stage.approve('pat', 'irreversible', key);
  await env.sleep('37 hours');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
  const lines = await closedRecord(stage, key, 'resolved');
  const [naming] = ofType(lines, 'assessed').filter(({ data }) => data['owner'] !== null);
  expect(naming?.data).toMatchObject({ person: 'sam', owner: 'platform' });
});
