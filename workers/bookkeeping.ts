// Writes an executor's intentions into its own ledger, and asks once more at that moment what the ledger decides: of two orders that
// cross each other, the one that stands there first counts. Where nobody has decided, the executor first looks for itself.
import type { Begun, ToBegin } from '../activities/executor.ts';
import { isSpent, strangers } from '../authority/automatic/budget.ts';
import { whyAskPeople } from '../authority/automatic/checks.ts';
import type { Seen } from '../authority/automatic/seen.ts';
import { type Act, askedOf, mayBeOwn, whyUsedUp } from '../authority/ledger/act.ts';
import { type Ledger, LedgerError } from '../authority/ledger/ledger-file.ts';
import type { AutomaticPolicy, ExecutorPolicy } from '../authority/policy.schema.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { planHash } from '../domain/plan/build.ts';
import type { Order } from '../domain/plan/order.schema.ts';
import type { Provider } from '../domain/provider/provider.ts';

export interface Keeping {
  ledger: Ledger;
  /** The newest of the executor's own. */
  policy: () => Promise<ExecutorPolicy>;
  /** Of the account that the order is about. */
  providerOf: (account: string | null) => Pick<Provider, 'discover' | 'withoutPeople'>;
  now: () => Instant;
}

type Refused = Extract<Begun, { ok: false }>;

/** What cannot be read or written down is refused, and anything else thrown on. */
export function unkept(error: unknown): Refused {
  if (!(error instanceof LedgerError)) throw error;
  return { ok: false, check: 'ledgerIsKept', reason: error.message };
}

const refusal = (check: string, reason: string): Refused => ({ ok: false, check, reason });

const NOT_LET = refusal('automaticIsAllowed', 'The own policy lets nothing be done without people.');

export const beginIn =
  ({ ledger, policy, providerOf, now }: Keeping) =>
  async ({ order, step, automatic }: ToBegin): Promise<Begun> => {
    const hash = planHash(order.plan);
    const asked = askedOf(order.plan, step, hash, order.id);
    try {
      const own = automatic ? (await policy()).automatic : undefined;
      if (automatic && own === undefined) return NOT_LET;
      const look =
        own === undefined
          ? null
          : await lookOf(order, own, { provider: providerOf(order.plan.identity.account), ledger, now });
      const seen = look === null || own === undefined ? null : { ...look, order, step, hash, policy: own };
      const whyNot = (acts: readonly Act[]): Refused | null => {
        const used = whyUsedUp(asked, acts);
        if (used !== null) return refusal('warrantIsNotUsedUp', used);
        const ask = seen === null ? null : whyAskPeople({ ...seen, acts, now: now() });
        return ask === null ? null : refusal(ask.check, ask.reason);
      };
      const before = await ledger.acts();
      // A flood of orders that are refused leaves no line in the ledger.
      const refused = whyNot(before);
      if (refused !== null) return refused;
      const intention = {
        ...asked,
        at: now(),
        step: step.id,
        finding: seen?.finding?.id ?? null,
      };
      let meanwhile: Refused | null = null;
      const begun = await ledger.begin(intention, (acts) => {
        meanwhile = whyNot(acts);
        return meanwhile?.reason ?? null;
      });
      if (!begun.ok) return meanwhile ?? refusal('warrantIsNotUsedUp', begun.reason);
      const unknown = seen === null ? [] : strangers({ ...seen, acts: before, now: now() });
      return {
        ok: true,
        ended: (as) => begun.ended(as, now()),
        ours: mayBeOwn(asked, before),
        // Whoever watches the account must know of them: this executor did not cut them.
        evidence: unknown.length === 0 ? {} : { strangers: unknown.join(' ').slice(0, 2_000) },
      };
    } catch (error) {
      return unkept(error);
    }
  };

type Looking = Pick<Keeping, 'ledger' | 'now'> & { provider: ReturnType<Keeping['providerOf']> };

const UNSEEN: Seen['discovery'] = { identity: null, facts: [], waysIn: [] };

/** An invented alert costs one call, and a flood of true ones two each once the budget is used up. */
async function lookOf(
  order: Order,
  policy: AutomaticPolicy,
  { provider: { discover, withoutPeople }, ledger, now }: Looking,
): Promise<Seen> {
  const { id, incident, firstRun, plan, finding } = order;
  const { quarantine } = withoutPeople;
  const nothing: Seen = { finding: null, wearers: [], discovery: UNSEEN, quarantine };
  if (finding === undefined) return nothing;
  const read = await withoutPeople.finding(policy.findings.detectors, finding.id);
  if (read === null) return nothing;
  const wearers = await withoutPeople.wearers();
  const acts = await ledger.acts();
  const spent = isSpent({ order, policy, acts, wearers, quarantine, now: now() });
  const discovery = spent
    ? UNSEEN
    : await discover({ id, incident, firstRun, identity: plan.identity, credentials: [], secret: null });
  return { finding: read, wearers, discovery, quarantine };
}
