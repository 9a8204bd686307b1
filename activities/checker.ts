// The eyes: read-only. Discovers before, sees after, watches what was seen, and signs what it saw.
import { planHash } from '../domain/plan/build.ts';
import type { Checked, CheckRequest, DiscoverRequest } from '../domain/plan/order.schema.ts';
import { type CredentialKind, type Provider, ProviderError } from '../domain/provider/provider.ts';
import type { Step } from '../domain/plan/plan.schema.ts';
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

type Asked = CheckRequest['steps'][number];

export const checkerActivities = ({ providerOf, speak, now }: CheckerDependencies) => ({
  async discover(request: DiscoverRequest): Promise<Saying> {
    const found = await beating(() => sorted(() => providerOf(request.identity.account).discover(request)));
    const { incident, firstRun, id } = request;
    return speak({ message: 'discovered', incident, firstRun, answers: id, plan: null, body: found });
  },

  async check(request: CheckRequest): Promise<Saying> {
    const { plan, incident, firstRun, id } = request;
    const provider = providerOf(plan.identity.account);
    const see = async (): Promise<Omit<Checked, 'at'>> => {
      if (request.watch) {
        const seen = await Promise.all(request.steps.map((asked) => watched(provider, request, asked)));
        return { steps: seen.flatMap((one) => one ?? []) };
      }
      const [steps, waysIn] = await Promise.all([
        Promise.all(request.steps.map((asked) => looked(provider, request, asked))),
        provider.waysIn(plan),
      ]);
      return { steps, waysIn };
    };
    const body: Checked = { at: now(), ...(await beating(() => sorted(see))) };
    return speak({ message: 'checked', incident, firstRun, answers: id, plan: planHash(plan), body });
  },
});

function found(
  provider: Provider,
  { plan }: CheckRequest,
  name: string,
): { step: Step; kind: CredentialKind } {
  const step = plan.steps.find((one) => one.id === name);
  const kind = step === undefined ? undefined : provider.hand(plan, step, 'check');
  if (step === undefined || kind === undefined)
    throw new ProviderError('impossible', `This checker cannot see step ${name}.`);
  return { step, kind };
}

async function looked(provider: Provider, request: CheckRequest, { step: name, evidence }: Asked) {
  const { step, kind } = found(provider, request, name);
  return { step: name, ...(await kind.check({ plan: request.plan, step, evidence })) };
}

/** null: this kind is not watched, and nothing is said of it. */
async function watched(provider: Provider, request: CheckRequest, asked: Asked) {
  const { step, kind } = found(provider, request, asked.step);
  if (kind.watch === undefined) return null;
  if (kind.watch === 'check') return looked(provider, request, asked);
  const { evidence, knownUse = null } = asked;
  return { step: asked.step, ...(await kind.watch({ plan: request.plan, step, evidence, knownUse })) };
}
