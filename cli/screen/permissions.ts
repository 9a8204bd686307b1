// What executors say of their own permissions before there is an incident. Pure.
import type { ExecutorSaid } from '../../domain/readiness/said.ts';
import { indented } from './columns.ts';

export const permissionLines = (executors: readonly ExecutorSaid[]): string[] =>
  executors.length === 0 ? [] : ['Permissions', ...indented(executors.flatMap(lines))];

function lines({ executor, missing, notTaken, untouchable, unknown }: ExecutorSaid): string[] {
  const says = [
    ...(missing.length === 0 ? [] : [`${executor} lacks ${missing.join(', ')}`]),
    ...(notTaken.length === 0 ? [] : [`${executor} does not take ${notTaken.join(', ')}, by its own policy`]),
    ...untouchable.map(({ key, why }) => `${executor} would refuse every order about ${key}: ${why}`),
    ...(unknown === null ? [] : [unknown]),
  ];
  return says.length === 0 ? [`${executor} has all that its steps need`] : says;
}
