// Slow work is not begun a second time beside itself: it says that it goes on, however slow the cloud is.
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { checkerActivities } from '../../activities/checker.ts';
import { discovery, IDENTITY, RUN, WORKFLOW } from '../domain/incident/world.ts';

afterEach(() => void vi.useRealTimers());

it('a look that takes minutes beats all the while, and no longer', async () => {
  vi.useFakeTimers();
  const env = new MockActivityEnvironment();
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  const discover = async () => {
    await vi.advanceTimersByTimeAsync(120_000);
    return discovery;
  };
  const { discover: look } = checkerActivities({
    providerOf: () => ({
      name: 'aws',
      kinds: {},
      hand: () => undefined,
      discover,
      estate: () => ({ everyone: async function* () {}, discover }),
      waysIn: async () => [],
      self: async () => ['nobody'],
      withoutPeople: {
        quarantine: 'aws/quarantine-auto',
        wearers: async () => [],
        finding: async () => null,
      },
      preflight: async () => ({ missing: [], unknown: null }),
    }),
    speak: async () => ({ statement: 'x' }),
    now: () => '2026-11-24T03:12:00.000Z',
  });
  await env.run(look, {
    id: 'discover-1',
    incident: WORKFLOW,
    firstRun: RUN,
    identity: IDENTITY,
    credentials: [],
    secret: null,
  });
  expect(beats).toBeGreaterThanOrEqual(4);
  const before = beats;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(beats).toBe(before);
});
