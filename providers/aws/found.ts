// What discoveries of users and of roles have in common.
import type { Discovery } from '../../domain/plan/plan.schema.ts';

/** As many as a discovery may hold. */
export const CONCERNS = 50;
export const TAGS = 50;

/** Where no step can be proposed. */
export const nothing = (identity: Discovery['identity'], ...concerns: string[]): Discovery => ({
  identity,
  waysIn: [],
  facts: [],
  proposals: {},
  concerns,
});
