// Composition root of a checker: read-only credentials. It discovers before and sees after, and signs both.
import { checkerActivities } from '../activities/checker.ts';
import { readKey } from '../authority/keys.ts';
import { passphraseFrom } from '../authority/passphrase.ts';
import { checkerQueue } from '../workflows/messages.ts';
import { configured, type Environment, isOfPostgres } from './configuration.ts';
import { planeOf } from './planes.ts';
import { link, now, speakWith, worker } from './process.ts';

export async function checker(environment: Environment) {
  const { CUSTODY_ACCOUNT, CUSTODY_KEY } = configured('checker', environment);
  const key = await readKey(CUSTODY_KEY, passphraseFrom(environment));
  const provider = isOfPostgres(environment) ? 'postgres' : 'aws';
  const accounts = await planeOf(provider, CUSTODY_ACCOUNT.split(','), environment);
  return worker(await link(), {
    // Its name in the runbook is its id in people.yaml, whose key it has.
    taskQueue: checkerQueue(key.person),
    activities: checkerActivities({
      providerOf: accounts.of,
      speak: speakWith(key),
      now,
    }),
  });
}
