// An orchestrator does not poll before the search attributes exist: an incident whose attribute is missing would stand still.
import type { Connection } from '@temporalio/client';
import { missingSearchAttributes } from '../client/index.ts';
import { ConfigurationError } from './configuration.ts';

export async function verifySearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return;
  const names = missing.join(', ');
  throw new ConfigurationError(
    `The namespace "${namespace}" lacks the search attributes ${names}. Create them first: custody setup`,
  );
}
