// Composition root of the notifier: the one process that tells people.
import { fileChannel } from '../activities/notify/file.ts';
import { notifyActivities } from '../activities/notify/notify.ts';
import { NOTIFY_QUEUE } from '../workflows/messages.ts';
import { configured, type Environment } from './configuration.ts';
import { link, worker } from './process.ts';

export async function notifier(environment: Environment) {
  const { CUSTODY_NOTICES } = configured('notifier', environment);
  return worker(await link(), {
    taskQueue: NOTIFY_QUEUE,
    activities: notifyActivities({ channels: [fileChannel(CUSTODY_NOTICES)] }),
  });
}
