// AWS as an identity plane: the port of domain/provider, over one account.
import { handleOf } from '../../domain/identity/identity.ts';
import type { CredentialKind, Provider } from '../../domain/provider/provider.ts';
import { type Aws, type AwsOptions, connect } from './clients.ts';
import { discover } from './discover.ts';
import { everyone } from './everyone.ts';
import { findingOf } from './guardduty-finding.ts';
import { kinds } from './kinds.ts';
import { preflight } from './preflight.ts';
import { QUARANTINE_AUTO_KIND } from './quarantine-auto.ts';
import { callerOf } from './self.ts';
import { type ForWhat, policyOfStep, type RoleOfWorker, roleArn, sessionOf } from './session.ts';
import { sweeping } from './sweep.ts';
import { opensFor } from './ways-open.ts';
import { wearersOf } from './wearers.ts';

export interface WorkerOptions extends AwsOptions {
  /** That stands in the account for this worker, which then acts by sessions of it; left out: it acts as itself. */
  role?: RoleOfWorker;
}

export function awsProvider({ role, ...options }: WorkerOptions): Provider {
  const own = connect(options);
  if (role === undefined) return awsProviderOver(own);
  const arn = roleArn(own.partition, options.account, role.role);
  const reach = (what: ForWhat) =>
    connect({ ...options, credentials: sessionOf(own.sts, arn, role, what) }, own);
  return awsProviderOver(reach(NOTHING_IN_PARTICULAR), { reach, own });
}

const NOTHING_IN_PARTICULAR: ForWhat = { handle: null, policy: null };

interface Through {
  /** Clients for a purpose. */
  reach: (what: ForWhat) => Aws;
  /** As itself, before it becomes anybody else. */
  own: Aws;
}

/** Over clients that are there already. */
export function awsProviderOver(aws: Aws, through?: Through): Provider {
  const table: Record<string, CredentialKind> = Object.fromEntries(
    kinds.map((make) => {
      const kind = make(aws);
      return [kind.kind, kind];
    }),
  );
  const looking = (incident: string): Aws =>
    through?.reach({ handle: handleOf(incident), policy: null }) ?? aws;
  return {
    name: 'aws',
    kinds: table,
    hand: ({ incident }, step, verb) => {
      const kind = table[step.kind];
      if (kind === undefined || through === undefined) return kind;
      const narrowed = through.reach({
        handle: handleOf(incident),
        policy: policyOfStep(kind, verb, step, aws),
      });
      return kinds.map((make) => make(narrowed)).find((one) => one.kind === step.kind);
    },
    discover: (request) => discover(looking(request.incident), table, request),
    estate: () => {
      const over = sweeping(aws);
      return { everyone: () => everyone(over), discover: (request) => discover(over, table, request) };
    },
    waysIn: async ({ incident, identity: { account, kind, reference } }) =>
      account === aws.account ? opensFor(looking(incident), kind, reference) : [],
    self: async () => {
      const callers = await Promise.all([aws, ...(through === undefined ? [] : [through.own])].map(callerOf));
      return callers.map(({ key }) => key);
    },
    withoutPeople: {
      quarantine: QUARANTINE_AUTO_KIND,
      wearers: () => wearersOf(aws),
      finding: (detectors, id) => findingOf(aws, detectors, id),
    },
    preflight: (permissions, targets = []) => preflight(aws, permissions, targets),
  };
}
