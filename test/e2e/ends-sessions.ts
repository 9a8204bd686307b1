// The executor of the runbook's row sessions-aws: what ends sessions of roles, by credentials that nobody else has.
import { stringify } from 'yaml';
import type { ExecutorPolicy } from '../../authority/policy.schema.ts';
import { ACCOUNT } from '../../local/demo/estate.ts';
import type { PlaneWorker } from '../../local/demo/plane.ts';
import { kindsOf } from '../../providers/aws/kinds.ts';

export function endsSessions(env: Readonly<Record<string, string>>): PlaneWorker {
  const policy: ExecutorPolicy = {
    version: 1,
    executor: 'sessions-aws',
    provider: 'aws',
    accounts: [ACCOUNT],
    kinds: kindsOf('ends-sessions'),
    gates: { act: { quorum: 2, parties: ['soc', 'identity'] } },
    attest: { parties: ['service-owner', 'platform', 'soc'] },
    protected: ['aws/*/iam-role/custody-*'],
  };
  return { machine: 'sessions-aws', role: 'executor', party: 'identity', policy: stringify(policy), env };
}
