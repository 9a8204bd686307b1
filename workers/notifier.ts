// Composition root of the notifier: the one process that tells people. It has their addresses and the channels' secrets; no
// other process has either.
import path from 'node:path';
import { notifyActivities } from '../activities/notify/notify.ts';
import { NOTIFY_QUEUE } from '../workflows/messages.ts';
import { ConfigurationError, configured, type Environment } from './configuration.ts';
import { newest } from './newest.ts';
import { builtFrom, everythingTo, loadNotices, type Ways } from './notices-file.ts';
import { link, logOf, now, worker } from './process.ts';

export async function notifier(environment: Environment) {
  const ways = await waysFrom(environment);
  return worker(await link(), {
    taskQueue: NOTIFY_QUEUE,
    activities: notifyActivities({ waysOf: async (notice) => (await ways())(notice), now }),
  });
}

/** CUSTODY_NOTIFIER, a notices.yaml that is read anew when it has changed; or CUSTODY_NOTICES, the file of its one channel. */
export async function waysFrom(environment: Environment): Promise<() => Promise<Ways>> {
  const file = (environment.CUSTODY_NOTIFIER ?? '').trim();
  if (file === '') {
    const { CUSTODY_NOTICES } = configured('notifier', environment);
    const { ways } = await builtFrom(everythingTo(CUSTODY_NOTICES), '.', environment);
    return async () => ways;
  }
  if ((environment.CUSTODY_NOTICES ?? '').trim() !== '') {
    throw new ConfigurationError(
      'The notifier is told two things: set CUSTODY_NOTIFIER (a notices.yaml) or CUSTODY_NOTICES (one file), not both.',
    );
  }
  const whole = path.resolve(file);
  const load = () => loadNotices(whole, environment);
  const ways = newest({ files: [whole], load, log: logOf('notifier') });
  await ways();
  return ways;
}
