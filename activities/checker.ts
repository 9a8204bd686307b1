// The eyes: read-only. Discovers before, sees after, and signs what it saw.
import { planHash } from '../domain/plan/build.ts';
import type { Checked, CheckRequest, DiscoverRequest } from '../domain/plan/order.schema.ts';
import { type Provider, ProviderError } from '../domain/provider/provider.ts';
import type { Instant } from '../domain/instant/instant.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { beating } from './beating.ts';
import { sorted } from './sort.ts';
import type { Speak } from './speak.ts';

export interface CheckerDependencies {
  /** Of the account that is asked about. */
  providerOf: (account: string | null) => Provider;
  speak: Speak;
  now: () => Instant;
}

export const checkerActivities = ({ providerOf, speak, now }: CheckerDependencies) => ({
  async discover(request: DiscoverRequest): Promise<Saying> {
    const found = await beating(() => sorted(() => providerOf(request.identity.account).discover(request)));
    const { incident, firstRun, id } = request;
    return speak({ message: 'discovered', incident, firstRun, answers: id, plan: null, body: found });
  },

  async check(request: CheckRequest): Promise<Saying> {
    const { plan, incident, firstRun, id } = request;
    const see = async () => {
      const provider = providerOf(plan.identity.account);
      const look = async ({ step: name, evidence }: CheckRequest['steps'][number]) => {
        const step = plan.steps.find((one) => one.id === name);
        const kind = step === undefined ? undefined : provider.hand(plan, step, 'check');
        if (step === undefined || kind === undefined)
          throw new ProviderError('impossible', `This checker cannot see step ${name}.`);
        return { step: name, ...(await kind.check({ plan, step, evidence })) };
      };
      return Promise.all([Promise.all(request.steps.map(look)), provider.waysIn(plan)]);
    };
    const [steps, waysIn] = await beating(() => sorted(see));
    const body: Checked = { at: now(), steps, waysIn };
    return speak({ message: 'checked', incident, firstRun, answers: id, plan: planHash(plan), body });
  },
});
