// The cluster of PostgreSQL that a worker acts or looks in: one, by a role of its own. The secrets of its roles lie in Secrets Manager.
import { privateText } from '../authority/private-file.ts';
import { type Provider, ProviderError } from '../domain/provider/provider.ts';
import { connect as connectAws } from '../providers/aws/clients.ts';
import { secretStore } from '../providers/aws/secret-store.ts';
import { type ClusterOptions, connect } from '../providers/postgres/cluster.ts';
import { postgresProvider } from '../providers/postgres/provider.ts';
import type { Accounts } from './accounts.ts';
import { ConfigurationError, type Environment } from './configuration.ts';

/** `secretRules`: of an executor, what its own policy says of its owner's secrets. Throws `KeyError` where its password cannot be read, and `ProviderError` where the server does not let it in. */
export async function clusterOf(
  clusters: readonly string[],
  environment: Environment,
  secretRules?: ClusterOptions['secretRules'],
): Promise<Accounts> {
  const [name, ...others] = clusters;
  if (name === undefined || others.length > 0)
    throw new ConfigurationError(
      `A worker is in one cluster of PostgreSQL, not in ${clusters.length}: run one for each.`,
    );
  const vault = connectAws({ account: '-' });
  const password = passwordIn(environment);
  const provider: Provider = postgresProvider(
    connect({
      name,
      url: urlIn(environment),
      secret: (secretId) => secretStore(vault, secretId),
      ...(password === undefined ? {} : { password }),
      ...(secretRules === undefined ? {} : { secretRules }),
    }),
  );
  await password?.();
  await provider.self();
  return {
    of(account) {
      if (account !== null && account !== name)
        throw new ProviderError(
          'impossible',
          `The cluster ${account} is none of this worker's, which is in ${name}.`,
        );
      return provider;
    },
    named: () => provider,
  };
}

const FORM = 'postgres://custody_cut@db.example:5432/postgres?sslmode=verify-full';
const SAME_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** Never shown: somebody may have put a password into it. */
function urlIn({ CUSTODY_POSTGRES }: Environment): string {
  const text = (CUSTODY_POSTGRES ?? '').trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol) || url.username === '')
    throw new ConfigurationError(
      `CUSTODY_POSTGRES says where the cluster is, and as which role this worker logs in: ${FORM}`,
    );
  if (url.password !== '' || url.searchParams.has('password'))
    throw new ConfigurationError(
      'CUSTODY_POSTGRES holds a password, which everybody sees who sees the environment: put it into a file of mode 600, and name that in CUSTODY_POSTGRES_PASSWORD_FILE.',
    );
  if (!SAME_MACHINE.includes(url.hostname) && url.searchParams.get('sslmode') !== 'verify-full')
    throw new ConfigurationError(
      'CUSTODY_POSTGRES leads to another machine: add sslmode=verify-full (and sslrootcert=FILE), so that nobody in between can play the server.',
    );
  return text;
}

/** Read anew for each connection, so that it can be replaced while the worker runs. One line end at its end is no part of it. */
function passwordIn({ CUSTODY_POSTGRES_PASSWORD_FILE }: Environment): (() => Promise<string>) | undefined {
  const file = (CUSTODY_POSTGRES_PASSWORD_FILE ?? '').trim();
  if (file === '') return undefined;
  return async () => {
    const text = await privateText(
      file,
      `There is no file ${file} with a password: correct CUSTODY_POSTGRES_PASSWORD_FILE.`,
      "If others may have read it, give the worker's role a new password.",
    );
    return text.replace(/\r?\n$/, '');
  };
}
