// Composition root of one executor: one party's permissions on one account. Its directory and policy are its own files, read
// anew before each order; what an orchestrator says counts for nothing without people's proofs.
import { executorActivities } from '../activities/executor.ts';
import { EXECUTOR_FILES, loadOwnFolder } from '../authority/executor-folder.ts';
import { openLedger } from '../authority/ledger/ledger-file.ts';
import { readKey } from '../authority/keys.ts';
import { passphraseFrom } from '../authority/passphrase.ts';
import { fetchedIssuerKeys } from '../authority/proof/fetched-keys.ts';
import { untouchableOf } from '../authority/warrant/untouchable.ts';
import { verifyWarrant } from '../authority/warrant.ts';
import { ProviderError } from '../domain/provider/provider.ts';
import { executorQueue } from '../workflows/messages.ts';
import { auditLog } from './audit-log.ts';
import { beginIn, unkept } from './bookkeeping.ts';
import { ConfigurationError, configured, type Environment } from './configuration.ts';
import { FolderUnread } from './newest.ts';
import { planeOf } from './planes.ts';
import { policyFolder } from './policy-folder.ts';
import { secretRulesOf } from './secret-rules.ts';
import { link, logOf, now, speakWith, worker } from './process.ts';

/** What was revoked reaches an executor in this time, or it refuses orders. */
const REVOKED_WITHIN_MS = 5 * 60_000;
/** So often it looks, also without orders: a folder that is being exchanged while one comes is then not old at once. */
const LOOK_EVERY_MS = 30_000;

export async function executor(environment: Environment) {
  const own = await executorOf(environment);
  return worker(await link(), own);
}

/** All of it but its line to Temporal: the queue that it takes orders from, and what it does with one. */
export async function executorOf(environment: Environment) {
  const { CUSTODY_POLICY, CUSTODY_SIGNERS, CUSTODY_STATE, CUSTODY_AUDIT, CUSTODY_KEY } = configured(
    'executor',
    environment,
  );
  const log = logOf('executor');
  const key = await readKey(CUSTODY_KEY, passphraseFrom(environment));
  const own = policyFolder({
    folder: CUSTODY_POLICY,
    names: EXECUTOR_FILES,
    // In the load: whose folder it is, is asked each time, and before it is remembered.
    load: loadOwnFolder(key.person),
    signers: CUSTODY_SIGNERS,
    state: CUSTODY_STATE,
    log,
    stands: { forMs: REVOKED_WITHIN_MS, now },
  });
  const { policy } = await own();
  setInterval(() => void own().catch(() => {}), LOOK_EVERY_MS).unref();
  const audit = auditLog(CUSTODY_AUDIT, log);
  await audit.ready();
  secretRulesOf(policy.secrets, environment);
  const accounts = await planeOf(policy.provider, policy.accounts, environment, async () => {
    const { policy: current } = await own();
    try {
      return secretRulesOf(current.secrets, environment);
    } catch (error) {
      // The folder names more than this process was started with.
      if (error instanceof ConfigurationError) throw new ProviderError('impossible', error.message);
      throw error;
    }
  });
  const issuerKeys = fetchedIssuerKeys({ nowMs: Date.now });
  const takes = (kind: string): boolean => policy.kinds.includes(kind);
  const ledger = await openLedger(CUSTODY_STATE);
  return {
    taskQueue: executorQueue(policy.executor),
    activities: executorActivities({
      hand: (plan, step, verb) =>
        takes(step.kind) ? accounts.of(plan.identity.account).hand(plan, step, verb) : undefined,
      takes,
      untouchable: async (keys, account) => {
        const self = await accounts.of(account).self();
        return untouchableOf(keys, { policy: (await own()).policy, self });
      },
      preflight: (permissions, targets, account) => accounts.of(account).preflight(permissions, targets),
      verify: async (order, at) => {
        try {
          const { policy: current, authority, directory } = await own();
          const provider = accounts.named(order);
          const [self, acts] = [await provider.self(), await ledger.acts()];
          return await verifyWarrant({
            order,
            policy: current,
            authority,
            directory,
            kinds: provider.kinds,
            self,
            acts,
            now: at,
            issuerKeys,
          });
        } catch (error) {
          return error instanceof FolderUnread
            ? { ok: false, check: 'folderIsRead', reason: error.message }
            : unkept(error);
        }
      },
      begin: beginIn({ ledger, policy: async () => (await own()).policy, providerOf: accounts.of, now }),
      speak: speakWith(key),
      now,
      audit: audit.append,
    }),
  };
}
