// What the demo's executors allow themselves loads as an executor reads it, and asks the same people as the shipped policy.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readExecutorFolder } from '../../../authority/executor-folder.ts';
import { EXECUTORS, executorPolicy } from '../../../local/demo/policies.ts';
import { shippedDemands } from '../../authority/shipped-policy.ts';

const people = readFileSync(
  path.resolve(import.meta.dirname, '../../../runbooks/default/people.yaml'),
  'utf8',
);

it.each(EXECUTORS)('%s', (executor) => {
  const { policy } = readExecutorFolder({ 'policy.yaml': executorPolicy(executor), 'people.yaml': people });
  const { gates, attest, breakGlass } = policy;
  expect({ gates, attest, breakGlass }).toEqual(shippedDemands());
});
