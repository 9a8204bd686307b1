// The id of a version that a step makes: known beforehand and the same whenever the step is repeated, so that a repetition finds it. Pure.
// Another plan of the same incident makes another one: it is there because what the first has given out is not good enough any more.
import { hashOf } from '../../domain/encoding/canonical.ts';
import { planHash } from '../../domain/plan/build.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';

/** 128 bits; with as many behind them an id of 64 characters, the most that AWS takes. */
const CHARACTERS = 32;

type Run = Pick<Plan, 'incident' | 'firstRun'>;

const beginning = ({ incident, firstRun }: Run): string => hashOf([incident, firstRun]).slice(0, CHARACTERS);

/** Of a step that makes no more than one version. */
export const versionOfStep = (plan: Plan, { id }: Pick<Step, 'id'>): string =>
  `${beginning(plan)}${hashOf([planHash(plan), id]).slice(0, CHARACTERS)}`;

/** Whether any plan of this incident has made it. */
export const isOfIncident = (run: Run, versionId: string): boolean => versionId.startsWith(beginning(run));
