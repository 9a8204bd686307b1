// The policy that docs/runbook.md shows to whoever sets up an executor: what it asks of people is what the stories are tried with.
import { readExecutorFolder } from '../../authority/executor-folder.ts';
import type { ExecutorPolicy } from '../../authority/policy.schema.ts';
import { fences, page } from '../docs/page.ts';

/** The example as its reader copies it, with the example's people. Throws where it does not load. */
export function shippedPolicy(): ExecutorPolicy {
  const examples = fences(page('docs/runbook.md'), 'yaml').map((content) => [
    /^# (\S+)\n/.exec(content)?.[1] ?? 'unnamed',
    content,
  ]);
  return readExecutorFolder(Object.fromEntries(examples)).policy;
}

/** Whose votes and whose attestation it asks for, and who may approve alone. */
export function shippedDemands(): Pick<ExecutorPolicy, 'gates' | 'attest' | 'breakGlass'> {
  const { gates, attest, breakGlass } = shippedPolicy();
  return { gates, attest, breakGlass };
}
