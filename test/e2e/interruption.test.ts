// The demo's service, a process of its own, while the key that it works with is replaced and then cut under it: not one of its calls fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Sighting } from '../../local/demo/attempt.ts';
import { Program } from '../../local/demo/program.ts';
import { sightingIn } from '../../local/demo/sightings.ts';
import { awsOf, bare } from '../../local/demo/stage.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { attempt } from '../attacker/thief.ts';
import { courseFor, workersOf } from '../providers/aws/course.ts';

const estate = estateForThisFile();

it('under replace-then-cut it works without a break, and the thief is out', async () => {
  const { endpoint, service, secretId, workId, stolenKey } = estate();
  const logs = await mkdtemp(path.join(tmpdir(), 'custody-service-'));
  const program = new Program({
    name: 'service',
    script: 'local/demo/service.js',
    args: [secretId, workId],
    env: { ...bare(), ...awsOf(endpoint, service) },
    log: path.join(logs, 'service.log'),
  });
  onTestFinished(async () => {
    await program.stop();
    await rm(logs, { recursive: true, force: true });
  });
  const seen: Sighting[] = [];
  let told = (): void => undefined;
  program.onLine((line) => {
    const one = sightingIn(line);
    if (one !== null) seen.push(one);
    told();
  });
  /** Until it has worked so often more with this key. */
  const worksOn = async (times: number, isIt: (accessKeyId: string) => boolean) => {
    const from = seen.length;
    while (seen.slice(from).filter(({ accessKeyId }) => isIt(accessKeyId)).length < times)
      await new Promise<void>((resolve) => {
        told = resolve;
      });
  };
  const isStolen = (accessKeyId: string) => accessKeyId === stolenKey.accessKeyId;
  const isNew = (accessKeyId: string) => !isStolen(accessKeyId);

  await worksOn(3, isStolen);
  const course = await courseFor(estate(), workersOf(estate()), { strategy: 'replace-then-cut' });
  for (const step of course.plan.steps) {
    await course.take(step);
    await worksOn(3, isNew);
    expect(await course.see(step), step.does).toMatchObject({ holds: true });
  }
  expect(await attempt(endpoint, stolenKey, workId)).not.toBe('works');
  expect(seen.filter(({ answer }) => answer !== 'works')).toEqual([]);
  expect(new Set(seen.map(({ accessKeyId }) => accessKeyId)).size).toBe(2);
});
