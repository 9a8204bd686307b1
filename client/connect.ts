// Opens the connection to Temporal, by its own environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, TLS).
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Unreachable } from './failure.ts';
import { sorted } from './temporal-errors.ts';

export interface Where {
  /** `host:port`; otherwise the environment's. */
  address?: string;
  namespace?: string;
}

export interface Connected {
  connection: Connection;
  namespace: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Throws `Unreachable`. The caller closes the connection. */
export async function connect(where: Where = {}): Promise<Connected> {
  const configured = configuration();
  const address = where.address ?? configured.connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({
      ...configured.connectionOptions,
      address,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    return { connection, namespace: where.namespace ?? configured.namespace ?? 'default' };
  } catch (error) {
    const known = sorted(error);
    throw new Unreachable(
      `Cannot reach Temporal at ${address}: is it running, and is TEMPORAL_ADDRESS right?`,
      { cause: known },
    );
  }
}

/** What the environment and Temporal's own file say. Throws `Unreachable` where it cannot be read; never quotes it. */
export function configuration(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    // A configuration file without any profile is no error, but the SDK stumbles over it.
    if (error instanceof TypeError) return loadClientConnectConfig({ disableFile: true });
    // What a TOML parser says quotes the file, and an API key may stand there: neither its words nor itself are passed on.
    const [missing] =
      /^Profile '[^']{0,100}' not found/.exec(error instanceof Error ? error.message : '') ?? [];
    throw new Unreachable(
      `Temporal's configuration cannot be read${missing === undefined ? '' : ` (${missing})`}: ` +
        'check the file (TEMPORAL_CONFIG_FILE, else its default place) and TEMPORAL_PROFILE.',
    );
  }
}
