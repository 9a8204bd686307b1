// An identity that logs in at a vendor: no worker reaches there. The vendor has the act and its own clock; the outcome stays ours, with an
// inward clock; and nobody's own word counts as seen.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plus } from '../../../domain/instant/instant.ts';
import { checkerQueue, executorQueue } from '../../../workflows/messages.ts';
import { detection, MINUTE } from '../../domain/incident/world.ts';
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
  // Whatever were ordered of a worker would stand still for ever, and time with it.
  story = await shipped({
    absent: [executorQueue('identity-aws'), executorQueue('owner-aws'), checkerQueue('aws')],
  });
});
afterAll(() => story?.stop());

/** Judged by the SOC and approved by the identity team: the vendor is asked to lock the account. */
async function asked(name: string): Promise<string> {
  const { env, stage } = story;
  const key = `okta/acme/user/${name}`;
  await stage.detect(
    detection({
      source: 'okta',
      sourceId: `event-${name}`,
      title: `${name} logs in from two countries`,
      provider: 'okta',
      accountId: 'acme',
      identityKind: 'okta-user',
      identityRef: name,
      credentialId: null,
      key,
      classification: known('federated', 'human'),
    }),
  );
  await env.sleep('5 seconds');
  await choose(stage, key, 'cut');
  await refused(stage.approve('vera', 'act', key), 'notAllowed');
  await stage.approve('ida', 'act', key);
  expect(await stage.view(key)).toMatchObject({
    class: 'federated',
    phase: 'containment',
    hold: { party: 'soc', person: 'sam' },
    offer: { to: 'vendor' },
    steps: [
      { id: 's1', party: 'vendor', byHand: true, status: 'ordered' },
      { id: 's2', party: 'vendor', byHand: true, status: 'waiting' },
    ],
  });
  return key;
}

const isTold = (party: string, words: string) =>
  story.stage.told.notices.some(({ to, says }) => to === party && says.includes(words));

it('the vendor takes it and says that it is done; the SOC is told how it stands, and confirms', async () => {
  const { env, stage } = story;
  const key = await asked('nina');
  await refused(attest(stage, key, 'sam', 's1'), 'notAllowed');
  await take(stage, key, 'vera');
  const { hold, accountable } = await stage.view(key);
  const since = (minutes: number) => plus(hold.since, minutes * MINUTE);
  expect(hold).toMatchObject({ party: 'vendor', person: 'vera', actBy: since(30) });
  expect(accountable).toMatchObject({ party: 'soc', nextAt: since(15) });
  await env.sleep('25 minutes');
  expect(clocks(await stage.record(key), 'inwardTold', 'reminded', 'climbing')).toEqual([
    ['reminded', since(10), 'vendor'],
    ['inwardTold', since(15), 'soc'],
    ['reminded', since(20), 'vendor'],
  ]);
  await env.sleep('2 seconds');
  expect(isTold('soc', `has had it since ${hold.since} and it is still in containment`)).toBe(true);

  await attest(stage, key, 'vera', 's1');
  await refused(attest(stage, key, 'vera', 's1'), 'notAllowed');
  await refused(attest(stage, key, 'viktor', 's1'), 'notAllowed');
  expect((await stage.view(key)).phase, 'the word of whoever acted').toBe('containment');
  await attest(stage, key, 'lee', 's1');
  const recovering = await stage.view(key);
  expect(recovering).toMatchObject({ phase: 'recovery', hold: { party: 'vendor' }, offer: { to: 'soc' } });
  await attest(stage, key, 'viktor', 's2');
  await refused(attest(stage, key, 'vera', 's2'), 'notAllowed');
  await attest(stage, key, 'erin', 's2');
  await refused(attest(stage, key, 'vera'), 'notAllowed');
  await attest(stage, key, 'erin');
  await stage.say('sam', 'close', { body: { reason: 'she logs in with a new key' } }, key);
  const lines = await closedRecord(stage, key, 'resolved');
  const words = lines.filter(({ type }) => type === 'doneByHand' || type === 'confirmedByHand');
  expect(words.map(({ type, data }) => [type, data['step'], data['person']])).toEqual([
    ['doneByHand', 's1', 'vera'],
    ['confirmedByHand', 's1', 'lee'],
    ['doneByHand', 's2', 'viktor'],
    ['confirmedByHand', 's2', 'erin'],
  ]);
  expect(stage.plane.acts).toEqual([]);
});

it('a vendor who takes it and falls silent: it climbs to the SOC, which is told all the while', async () => {
  const { env, stage } = story;
  const key = await asked('nora');
  await take(stage, key, 'vera');
  const { hold } = await stage.view(key);
  const since = (minutes: number) => plus(hold.since, minutes * MINUTE);
  await env.sleep('46 minutes');
  const lines = await stage.record(key);
  expect(clocks(lines, 'inwardTold', 'climbing', 'rungTold', 'silence')).toEqual([
    ['inwardTold', since(15), 'soc'],
    ['inwardTold', since(30), 'soc'],
    ['climbing', since(30), null],
    ['rungTold', since(32), 'vendor'],
    ['rungTold', since(35), 'soc'],
    ['silence', since(40), 'soc'],
    ['rungTold', expect.any(String), 'vendor'],
    ['inwardTold', since(45), 'soc'],
    ['rungTold', expect.any(String), 'soc'],
  ]);
  const ordered = ofType(lines, 'ordered')[0]?.at ?? '';
  expect(clocks(lines, 'stepOverdue')).toEqual([['stepOverdue', plus(ordered, 30 * MINUTE), null]]);
  expect(await stage.view(key), 'still the vendor’s').toMatchObject({
    hold: { party: 'vendor' },
    offer: { to: 'soc' },
  });
  await take(stage, key, 'erin');
  expect(await stage.view(key)).toMatchObject({
    hold: { party: 'soc', person: 'erin' },
    accountable: null,
    steps: [{ party: 'vendor' }, {}],
  });
});

it('a vendor who never takes it: it stays with the SOC, which is paged again and again', async () => {
  const { env, stage } = story;
  const key = await asked('nils');
  await env.sleep('21 minutes');
  const lines = await stage.record(key);
  const offered = ofType(lines, 'offered').at(-1);
  const since = (minutes: number) => plus(offered?.at ?? '', minutes * MINUTE);
  expect(offered?.data).toMatchObject({ to: 'vendor', from: 'soc', acknowledgeBy: since(10) });
  expect(clocks(lines, 'inwardTold', 'rungTold', 'silence', 'offerExpired')).toEqual([
    ['rungTold', since(2), 'vendor'],
    ['rungTold', since(5), 'soc'],
    ['silence', since(10), null],
    ['offerExpired', undefined, 'vendor'],
    ['rungTold', since(20), 'soc'],
  ]);
  expect(await stage.view(key)).toMatchObject({ hold: { party: 'soc', person: 'sam' }, offer: null });
  await attest(stage, key, 'vera', 's1');
  expect((await stage.view(key)).steps?.[0]?.status, 'a late word is still heard').toBe('applied');
});
