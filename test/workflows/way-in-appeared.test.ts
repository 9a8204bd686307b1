// An accomplice makes a second key for the user while the first is being cut: the checker's next sight tells of it, whatever the class.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import { discovery } from '../domain/incident/world.ts';
import { Plane } from './plane.ts';
import { choose, looksLike, ofType, shipped, type Story } from './ownership/shipped.ts';
import { keyNamed, named } from './stage.ts';

const FIRST = 'AKIAIOSFODNN7STOLEN1';
const SECOND = 'AKIAIOSFODNN7SECOND1';

const withKeys = (...ids: string[]): Discovery => {
  const usual = discovery.proposals.cut ?? [];
  const cut = usual.flatMap((one) =>
    one.kind === 'aws/access-key'
      ? ids.map((id) => ({ ...one, target: { accessKeyId: id }, does: `Deactivate ${id}.` }))
      : [one],
  );
  const waysIn = ids.map((id) => ({
    kind: 'access-key',
    id,
    status: 'Active',
    createdAt: null,
    lastUsedAt: null,
    stolen: id === FIRST,
  }));
  return looksLike({ waysIn, proposals: { cut } });
};

const plane = new Plane(withKeys(FIRST), withKeys(FIRST, SECOND));
const key = keyNamed('report-second');
let story: Story;
beforeAll(async () => {
  story = await shipped({ plane });
});
afterAll(() => story?.stop());

it('it is asked about before anything is contained, and cut', async () => {
  const { env, stage } = story;
  await stage.detect(named('report-second'));
  await env.sleep('5 seconds');
  expect(plane.looked).toBe(1);
  plane.open = [FIRST];
  await choose(stage, key, 'cut');
  plane.open = [SECOND];
  await stage.approve('ida', 'act', key);
  await env.sleep('3 minutes');
  const asked = await stage.view(key);
  expect(asked).toMatchObject({ phase: 'triage', steps: null });
  expect(plane.acts.slice(0, 3)).toEqual([
    's1 aws/quarantine apply',
    's2 aws/no-sessions apply',
    's3 aws/access-key apply',
  ]);
  const lines = await stage.record(key);
  expect(ofType(lines, 'contained')).toEqual([]);
  expect(ofType(lines, 'checked').at(-1)?.data).toMatchObject({ appeared: [SECOND] });
  expect(ofType(lines, 'planChanged')[0]?.data).toMatchObject({ suspects: [SECOND] });
  expect(stage.told.notices.some(({ says }) => says.includes(`a new way in, ${SECOND}`))).toBe(true);

  await choose(stage, key, 'cut');
  await stage.approve('ida', 'act', key);
  plane.open = [];
  await env.sleep('3 minutes');
  expect(ofType(await stage.record(key), 'contained')).toHaveLength(1);
  expect(plane.acts).toContain('s4 aws/access-key apply');
});
