// What discoveries of users and of roles have in common.
import type { Discovery, Strategy } from '../../domain/plan/plan.schema.ts';

/** As many as a discovery may hold. */
export const CONCERNS = 50;
export const TAGS = 50;

const STRATEGIES: readonly Strategy[] = ['cut', 'replace-then-cut', 'restrict'];

/** What no step of custody's can change: whoever can is named. */
export const unchangeable = (identity: Discovery['identity'], says: string): Discovery => ({
  ...nothing(identity, says),
  obstacles: [{ kind: 'unchangeable', says: says.slice(0, 500), stops: [...STRATEGIES, 'automatic'] }],
});

/** Where no step can be proposed. */
export const nothing = (identity: Discovery['identity'], ...concerns: string[]): Discovery => ({
  identity,
  waysIn: [],
  facts: [],
  proposals: {},
  concerns,
});
