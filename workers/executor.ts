// Composition root of one executor: one party's permissions on one account. Its directory and policy are its own files, read
// anew before each order; what an orchestrator says counts for nothing without people's proofs.
import { executorActivities } from '../activities/executor.ts';
import { loadExecutorFolder } from '../authority/executor-folder.ts';
import { readKey } from '../authority/keys.ts';
import { verifyWarrant } from '../authority/warrant.ts';
import { awsProvider } from '../providers/aws/provider.ts';
import { executorQueue } from '../workflows/messages.ts';
import { ConfigurationError, configured, type Environment } from './configuration.ts';
import { newest } from './newest.ts';
import { link, logOf, now, speakWith, worker } from './process.ts';

export async function executor(environment: Environment) {
  const { CUSTODY_POLICY, CUSTODY_KEY } = configured('executor', environment);
  const log = logOf('executor');
  const key = await readKey(CUSTODY_KEY);
  const own = newest(CUSTODY_POLICY, ['policy.yaml', 'people.yaml'], loadExecutorFolder, log);
  const { policy } = await own();
  const [account, ...more] = policy.accounts;
  if (policy.provider !== 'aws')
    throw new ConfigurationError(`This version acts on aws; policy.yaml says ${policy.provider}.`);
  if (account === undefined || more.length > 0) {
    throw new ConfigurationError(
      'An executor acts on one account with one set of credentials: run one for each account in policy.yaml.',
    );
  }
  if (key.person !== policy.executor) {
    throw new ConfigurationError(
      `The key is ${key.person}'s, but policy.yaml is for ${policy.executor}: give each executor its own key.`,
    );
  }
  const { kinds, preflight } = awsProvider({ account });
  return worker(await link(), {
    taskQueue: executorQueue(policy.executor),
    activities: executorActivities({
      kinds: Object.fromEntries(Object.entries(kinds).filter(([kind]) => policy.kinds.includes(kind))),
      preflight,
      verify: async (order, at) => {
        const { policy: current, directory } = await own();
        return verifyWarrant({ order, policy: current, directory, kinds, now: at });
      },
      speak: speakWith(key),
      now,
      audit: (entry) => log[entry.verdict === 'acted' ? 'info' : 'warn'](entry, 'order'),
    }),
  });
}
