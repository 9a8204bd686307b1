// What an incident about this identity would be asked to approve, before there is one: looked at with a checker's credentials, laid down
// by the runbook. It runs beside a checker, opens nothing and writes nothing; executors say of themselves what they lack.
import { loadFolder, type PolicyFolder } from '../authority/folder.ts';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { identityOf, workflowIdOf } from '../domain/identity/identity.ts';
import type { IncidentView } from '../domain/incident/view.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { planHash } from '../domain/plan/build.ts';
import { consequencesOf } from '../domain/plan/consequences.ts';
import type { Plan } from '../domain/plan/plan.schema.ts';
import type { Provider } from '../domain/provider/provider.ts';
import type { FactName } from '../domain/runbook/explain.ts';
import { resolveRules } from '../domain/runbook/resolve.ts';
import { laidAhead, type LookedAhead } from '../domain/readiness/looked.ts';
import { type ExecutorSaid, saidOf } from '../domain/readiness/said.ts';
import { accountsOf } from './accounts.ts';
import { type Connects, executorsAsked, questionsOf } from './asking.ts';
import { configured, type Environment } from './configuration.ts';
import { now } from './process.ts';

/** Of an alert, or of nothing more than a name. */
export interface Suspicion {
  key: string;
  credential: string | null;
  facts: Detection['classification'];
}

export interface Ahead extends Pick<IncidentView, 'waysIn' | 'tags' | 'access' | 'concerns'> {
  key: string;
  class: string;
  mode: Plan['mode'];
  owner: string | null;
  /** Each hash is that of a plan of this moment; an incident lays its own down, with its own times, and so with another. */
  plans: { hash: string; plan: Plan; consequences: string[] }[];
  consumers: string[];
}

export interface Looking {
  folder: Pick<PolicyFolder, 'runbook' | 'hash'>;
  providerOf: (account: string | null) => Pick<Provider, 'discover'>;
  now: Instant;
}

/** In place of a run: there is none. */
const NO_RUN = 'none';

export async function looked(
  { key, credential, facts }: Suspicion,
  { folder: { runbook, hash }, providerOf, now: at }: Looking,
): Promise<LookedAhead> {
  const named = identityOf(key);
  const before = resolveRules(runbook, hash, { identity: named, facts });
  const look = (secret: string | null) =>
    providerOf(named.account).discover({
      id: 'look-ahead',
      incident: workflowIdOf(named),
      firstRun: NO_RUN,
      identity: named,
      credentials: credential === null ? [] : [credential],
      secret,
    });
  let found = await look(before.secret);
  const rulesFor = () =>
    resolveRules(runbook, hash, {
      identity: found.identity ?? named,
      facts: [...facts, ...found.facts.map((one) => ({ ...one, fact: one.fact as FactName }))],
      tags: found.tags ?? [],
    });
  let rules = rulesFor();
  // Whose it is, and with it where its key is kept, may be known only once it was looked at.
  if (rules.secret !== before.secret) {
    found = await look(rules.secret);
    rules = rulesFor();
  }
  return laidAhead(found, rules, { named, firstRun: NO_RUN, now: at });
}

export const aheadOf = ({ key, found, rules, made }: LookedAhead): Ahead => ({
  key,
  class: rules.class,
  mode: rules.mode,
  owner: rules.owner,
  plans: made.flatMap(({ plan }) =>
    plan === null ? [] : [{ hash: planHash(plan), plan, consequences: consequencesOf(plan, found) }],
  ),
  waysIn: found.waysIn,
  tags: found.tags ?? [],
  access: found.access ?? null,
  consumers: found.consumers ?? [],
  concerns: [...new Set([...found.concerns, ...made.flatMap(({ concerns }) => concerns)])],
});

/** Throws `ConfigurationError`, `PolicyError` or `ProviderError`. */
export async function lookAheadHere(
  suspicion: Suspicion,
  environment: Environment,
  connects: Connects,
): Promise<Ahead & { executors: ExecutorSaid[] }> {
  const { CUSTODY_ACCOUNT, CUSTODY_RUNBOOK } = configured('plan show', environment);
  const accounts = await accountsOf(CUSTODY_ACCOUNT.split(','), environment);
  const folder = await loadFolder(CUSTODY_RUNBOOK);
  const seen = await looked(suspicion, { folder, providerOf: accounts.of, now: now() });
  const { key, made, rules } = seen;
  const plans = made.flatMap(({ plan }) => (plan === null ? [] : [{ key, plan }]));
  const hands = await executorsAsked(questionsOf(plans), { connects, pickUpMs: rules.orders.pickUpMs });
  return { ...aheadOf(seen), executors: [...hands].map(([name, said]) => saidOf(name, said, key)) };
}
