// The accounts of AWS that a worker acts or looks in. With credentials alone it is in one; with a role that stands in each of them, in
// several, by sessions that are marked with the incident and no wider than the step.
import type { Plan } from '../domain/plan/plan.schema.ts';
import { type Provider, ProviderError } from '../domain/provider/provider.ts';
import { connect } from '../providers/aws/clients.ts';
import { awsProvider, type WorkerOptions } from '../providers/aws/provider.ts';
import { partitionOf } from '../providers/aws/self.ts';
import type { RoleOfWorker } from '../providers/aws/session.ts';
import { ConfigurationError, type Environment } from './configuration.ts';

export interface Accounts {
  /** Throws `ProviderError` where the account is none of the worker's. null: an alert named none, and the only one is meant. */
  of(account: string | null): Provider;
  /** Of the account that an order of whatever form names, if it is one of these; any other: whoever checks the order refuses that. */
  named(order: unknown): Provider;
}

/** `secretRules`: of an executor, what its own policy says of its owner's secrets. */
export async function accountsOf(
  accounts: readonly string[],
  environment: Environment,
  secretRules?: WorkerOptions['secretRules'],
): Promise<Accounts> {
  const role = roleIn(environment);
  if (role === undefined && accounts.length > 1) {
    throw new ConfigurationError(
      'With one set of credentials a worker is in one account. Run one for each, or set CUSTODY_AWS_ROLE to the name of a role that stands in each of them for it.',
    );
  }
  const partition = await partitionOf(connect({ account: '-' }));
  const providers = new Map(
    accounts.map((account) => [
      account,
      awsProvider({
        account,
        partition,
        ...(role === undefined ? {} : { role }),
        ...(secretRules === undefined ? {} : { secretRules }),
      }),
    ]),
  );
  const [first] = providers.values();
  if (first === undefined) throw new ConfigurationError('A worker needs an account.');
  return {
    of(account) {
      const provider = account === null && providers.size === 1 ? first : providers.get(account ?? '');
      if (provider === undefined) {
        const named =
          account === null ? 'The alert names no account' : `The account ${account} is none of this worker's`;
        throw new ProviderError('impossible', `${named}, which is in ${accounts.join(', ')}.`);
      }
      return provider;
    },
    named: (order) => providers.get(accountIn(order)) ?? first,
  };
}

function accountIn(order: unknown): string {
  const { plan } = (typeof order === 'object' && order !== null ? order : {}) as { plan?: Partial<Plan> };
  return String(plan?.identity?.account);
}

function roleIn({ CUSTODY_AWS_ROLE, CUSTODY_EXTERNAL_ID }: Environment): RoleOfWorker | undefined {
  const role = (CUSTODY_AWS_ROLE ?? '').trim();
  const externalId = (CUSTODY_EXTERNAL_ID ?? '').trim();
  if (role === '' && externalId === '') return undefined;
  if (role === '')
    throw new ConfigurationError(
      'CUSTODY_EXTERNAL_ID is for the role that CUSTODY_AWS_ROLE names: set that too.',
    );
  if (!/^[\w+=,.@/-]{1,576}$/.test(role) || role.startsWith('/'))
    throw new ConfigurationError(
      'CUSTODY_AWS_ROLE is the name of a role with its path, such as custody/custody-identity, and no ARN: the account is that of each order.',
    );
  return externalId === '' ? { role } : { role, externalId };
}
