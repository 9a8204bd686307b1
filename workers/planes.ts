// The identity planes that workers of this version act and look in. A new one is one line here.
import { type Accounts, accountsOf } from './accounts.ts';
import { clusterOf } from './clusters.ts';
import { ConfigurationError, type Environment } from './configuration.ts';

const PLANES: Readonly<Record<string, typeof accountsOf>> = { aws: accountsOf, postgres: clusterOf };

/** `secretRules`: of an executor, what its own policy says of its owner's secrets. */
export async function planeOf(
  provider: string,
  accounts: readonly string[],
  environment: Environment,
  secretRules?: Parameters<typeof accountsOf>[2],
): Promise<Accounts> {
  const plane = Object.hasOwn(PLANES, provider) ? PLANES[provider] : undefined;
  if (plane === undefined)
    throw new ConfigurationError(
      `This version acts on ${Object.keys(PLANES).join(' and ')}; policy.yaml says ${provider}.`,
    );
  return plane(accounts, environment, secretRules);
}
