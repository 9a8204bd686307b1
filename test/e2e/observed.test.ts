// How a team starts: every class only observes, and the executors have no permission to write. The whole path on real servers
// comes to a report that names the cut it would have made, and the account is as it was.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { standingOf } from '../../local/demo/account.ts';
import { guardDutyFinding } from '../../local/demo/alerts.ts';
import { HURRIED } from '../../local/demo/policies.ts';
import { Stage } from '../../local/demo/stage.ts';
import type { Person } from '../../local/demo/staff.ts';
import { Teardown } from '../../local/demo/teardown.ts';

const teardown = new Teardown();
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.raise({ clocks: HURRIED, observe: true }, teardown);
}, 150_000);
afterAll(() => teardown.run());

async function done(args: string[], person?: Person): Promise<string> {
  const { code, out, err } = await stage.custody(args, person);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return out;
}

it('comes to a report of what would have been done, and nothing is cut', async () => {
  const before = await standingOf(stage.estate, stage.estate);
  const alert = path.join(stage.folder, 'alert.json');
  await writeFile(alert, JSON.stringify(guardDutyFinding(stage.estate, new Date())));
  const { incident } = JSON.parse(await done(['open', alert, '--json'])) as { incident: string };
  const key = incident.slice('incident/'.length);
  const planned = async () => {
    const { view } = await stage.client.incident(incident);
    expect(view.plans.map(({ plan }) => plan.strategy)).toEqual(['cut', 'restrict']);
    const asked = view.missingPermissions.map(({ executor }) => executor).toSorted();
    expect(asked).toEqual(['identity-aws', 'owner-aws']);
  };
  await vi.waitFor(planned, { timeout: 20_000, interval: 200 });
  const why = ['--reason', 'a trial'];
  const judged = ['--verdict', 'incident', '--impact', 'confirmed', '--strategy', 'cut', '--yes'];
  await done(['assess', key, ...judged, ...why], 'erin');
  await done(['approve', key, '--yes'], 'ivo');

  const { view } = await stage.client.incident(incident);
  expect(view).toMatchObject({ mode: 'observe', phase: 'recovery' });
  expect(view.steps?.map((step) => step.status)).toEqual(Array(view.steps?.length).fill('skipped'));
  expect(await standingOf(stage.estate, stage.estate)).toEqual(before);

  const record = path.join(stage.folder, 'record.jsonl');
  await writeFile(record, await done(['record', 'show', key]));
  const report = await done(['report', 'observed', record]);
  for (const act of ['custody-quarantine', 'custody-no-sessions', 'Deactivate', 'identity-aws']) {
    expect(report).toContain(act);
  }
  for (const permission of ['iam:AttachUserPolicy', 'iam:UpdateAccessKey', 'iam:CreateAccessKey'])
    expect(report, 'what must be granted before it acts').toContain(permission);
  const said = (await stage.noticesSoFar()).map(({ says }) => says);
  expect(said.some((says) => says.startsWith('OBSERVE: '))).toBe(true);
});
