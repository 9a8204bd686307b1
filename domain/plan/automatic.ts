// What may be done before anybody has decided: a plan of its own, in mode `auto`, laid down beside those that people are asked about and
// as old as they are. It holds nothing but what a provider offers for that and what can simply be taken back. Pure.
import type { Rules } from '../runbook/rules.ts';
import { laidDown, type PlanContext } from './build.ts';
import type { Discovery, Plan, Proposal } from './plan.schema.ts';

/** Which alert an executor can read again; null: none. And of which sources the alerts are. */
export interface Alerted {
  finding: string | null;
  sources: readonly string[];
}

type Alone = { plan: Plan; why: null } | { plan: null; why: string };

const no = (why: string): Alone => ({ plan: null, why });

/** Whether anything is ever done without people under these rules: by the class, or where everybody is silent. */
export const mayActAlone = ({ mode, phases }: Rules): boolean =>
  mode === 'auto' ||
  (mode === 'ask' &&
    Object.values(phases).some(({ ladder }) =>
      ladder.fallback.some((one) => one.do === 'contain-reversible'),
    ));

/** The plan, or why people are asked. What the executor's own policy says is the executor's to say. */
export function automaticPlan(
  found: Discovery,
  rules: Rules,
  alerted: Alerted,
  context: Omit<PlanContext, 'strategy'>,
): Alone {
  const executor = rules.executors['source-of-truth'];
  const { identity, automatic = [] } = found;
  const { checker } = rules;
  if (context.drill) return no('a drill takes no step.');
  if (rules.mode === 'observe') return no('its class only observes.');
  if (rules.protected !== null) return no(`the runbook protects this identity: ${rules.protected.why}`);
  // People confirm it by a cut, and no replacement works under it.
  if (!rules.strategies.includes('cut')) return no(`its class ${rules.class} offers no cut.`);
  if (identity === null) return no('the provider knows no such identity.');
  if (executor === null || checker === null) return no('no executor and checker of the runbook cover it.');
  if (automatic.length === 0) return no('nothing can be put on there without people.');
  if (!automatic.every(canBeTakenBack)) return no('what could be put on there cannot simply be taken off.');
  if (wornKinds(found)?.length !== 0) return no('it is on already.');
  if (alerted.finding === null)
    return no(`alerts of ${alerted.sources.join(' and ')} cannot be read again at their source.`);
  const plan: Plan = {
    v: 1,
    incident: context.incident,
    firstRun: context.firstRun,
    identity,
    class: rules.class,
    strategy: 'cut',
    runbook: rules.runbook,
    drill: false,
    mode: 'auto',
    madeAt: context.now,
    steps: automatic.map((one, i) => laidDown(one, `s${i + 1}`, executor, checker, rules, context.now)),
  };
  return { plan, why: null };
}

/** What nobody has decided is only ever this. */
export const canBeTakenBack = ({ verb, phase, reversibility, part }: Proposal): boolean =>
  verb === 'apply' && phase === 'containment' && reversibility === 'reversible' && part === 'source-of-truth';

/** Kinds that the identity wears: what people would decide takes them off. null: the look could not tell. */
export function wornKinds({ automatic, proposals }: Discovery): string[] | null {
  if (automatic === undefined) return null;
  const lifted = Object.values(proposals)
    .flat()
    .filter(({ verb }) => verb === 'undo')
    .map(({ kind }) => kind);
  return automatic.map(({ kind }) => kind).filter((kind) => lifted.includes(kind));
}
