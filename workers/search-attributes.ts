// An orchestrator does not poll before the search attributes exist: an incident whose attribute is missing would stand still.
import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';
import { ConfigurationError } from './configuration.ts';

/** Temporal's numbers for the types (temporal.api.enums.v1.IndexedValueType). */
const TYPE_NUMBERS = { KEYWORD: 2, DATETIME: 6 } as const;

export async function verifySearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(
    ([name, type]) => customAttributes[name] !== TYPE_NUMBERS[type],
  );
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(', ');
  throw new ConfigurationError(
    `The namespace "${namespace}" lacks the search attributes ${names}. Create them first: custody setup`,
  );
}
