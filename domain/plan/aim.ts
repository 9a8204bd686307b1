// What a step is about, whatever its plan and verb: two steps of one aim put on and take off the same thing. Pure.
import { canonical } from '../encoding/canonical.ts';
import type { Step } from './plan.schema.ts';

export const aimOf = ({ kind, target }: Pick<Step, 'kind' | 'target'>): string => canonical([kind, target]);
