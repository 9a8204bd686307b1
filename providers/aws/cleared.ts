// An identity that people have cleared is innocent: nothing that comes back with an undo is a thief's.
import type { Plan } from '../../domain/plan/plan.schema.ts';

export const isCleared = ({ undoes }: Plan): boolean => undoes?.verdict === 'falsePositive';
