// Whether an order without any person's decision is one that the own policy lets be tried at all. What must be read for it, the account
// and the alert's source, is read after this.
import type { Facts, WarrantCheck } from './facts.ts';

/** Nobody has decided, and the plan says that nobody needs to. */
export const isAutomatic = ({ plan, order }: Pick<Facts, 'plan' | 'order'>): boolean =>
  plan.mode === 'auto' && order.decisions.length === 0;

export const automaticIsAllowed: WarrantCheck = {
  name: 'automaticIsAllowed',
  check: (facts) => {
    if (!isAutomatic(facts)) return null;
    const { policy, plan, step, order } = facts;
    const own = policy.automatic;
    if (own === undefined) return 'The own policy lets nothing be done without people.';
    if (step.verb !== 'apply' || step.phase !== 'containment')
      return `Step ${step.id} does not contain: only that is done without people.`;
    if (step.reversibility !== 'reversible')
      return `Step ${step.id} cannot simply be taken back: people decide.`;
    if (!own.kinds.includes(step.kind))
      return `${step.kind} is not one of the kinds that the own policy lets be done without people.`;
    if (!own.classes.some(({ name }) => name === plan.class))
      return `The own policy does not let the class ${plan.class} be cut without people.`;
    if (order.finding === undefined)
      return 'The order names no alert that could be read again at its source.';
    return order.finding.source === 'guardduty'
      ? null
      : `Alerts of ${order.finding.source} cannot be read again at their source: people decide.`;
  },
};
