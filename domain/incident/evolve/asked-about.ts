// What people were asked about last, in words, so that a changed plan can be shown with its difference.
import type { Incident } from '../incident.ts';

/** The plan that people have seen and answered, in words. */
export function askedAbout({ approved, gates, plans }: Incident): Incident['before'] {
  const hash = approved?.hash ?? gates.findLast((gate) => gate.plan !== null || gate.votes.length > 0)?.plan;
  const seen = approved ?? plans.find((entry) => entry.hash === hash);
  return seen === undefined
    ? null
    : { hash: seen.hash, strategy: seen.plan.strategy, does: seen.plan.steps.map((step) => step.does) };
}
