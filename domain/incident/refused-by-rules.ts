// What is refused because of the rules: they are not there yet, or do not know whom somebody names.
import type { Rules } from '../runbook/rules.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';

export const NOT_READ_YET: Refusal = refusal('notNow', 'The runbook is not read yet: try again in a moment.');

/** null: the runbook has this party. What every object has by itself is none. */
export const unknownParty = ({ parties }: Rules, party: string): Refusal | null =>
  Object.hasOwn(parties, party)
    ? null
    : refusal('malformed', `The runbook has no party ${party}; it has ${Object.keys(parties).join(', ')}.`);
