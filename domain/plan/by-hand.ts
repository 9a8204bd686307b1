// Steps that people do where no worker can: `party` acts and says so, and `checker` is the party that looks and confirms it.
import type { Step } from './plan.schema.ts';

export const BY_HAND_KIND = 'manual/step';

/** In place of a worker's name. */
export const BY_HAND_EXECUTOR = 'manual';

export const isByHand = (step: Pick<Step, 'kind'>): boolean => step.kind === BY_HAND_KIND;
