// AWS as an identity plane: the port of domain/provider, over one account.
import type { CredentialKind, Provider } from '../../domain/provider/provider.ts';
import { type Aws, type AwsOptions, connect } from './clients.ts';
import { discover } from './discover.ts';
import { findingOf } from './guardduty-finding.ts';
import { kinds } from './kinds.ts';
import { preflight } from './preflight.ts';
import { QUARANTINE_AUTO_KIND } from './quarantine-auto.ts';
import { callerOf } from './self.ts';
import { wearersOf } from './wearers.ts';

export const awsProvider = (options: AwsOptions): Provider => awsProviderOver(connect(options));

/** Over clients that are there already. */
export function awsProviderOver(aws: Aws): Provider {
  const table: Record<string, CredentialKind> = Object.fromEntries(
    kinds.map((make) => {
      const kind = make(aws);
      return [kind.kind, kind];
    }),
  );
  return {
    name: 'aws',
    kinds: table,
    discover: (request) => discover(aws, table, request),
    self: async () => (await callerOf(aws)).key,
    withoutPeople: {
      quarantine: QUARANTINE_AUTO_KIND,
      wearers: () => wearersOf(aws),
      finding: (detectors, id) => findingOf(aws, detectors, id),
    },
    preflight: (permissions, targets = []) => preflight(aws, permissions, targets),
  };
}
