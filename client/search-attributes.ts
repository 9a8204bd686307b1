// Creates the search attributes that incidents are listed by. Workers only verify them: an incident whose attribute is missing stands still.
import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';
import { SearchAttributesDiffer } from './failure.ts';
import { sorting } from './temporal-errors.ts';

/** Temporal's numbers for the types (temporal.api.enums.v1.IndexedValueType). */
const TYPE_NUMBERS = { KEYWORD: 2, DATETIME: 6 } as const;
const TYPE_NAMES: Record<number, string> = {
  1: 'TEXT',
  2: 'KEYWORD',
  3: 'INT',
  4: 'DOUBLE',
  5: 'BOOL',
  6: 'DATETIME',
  7: 'KEYWORD_LIST',
};

export interface SearchAttributesReport {
  created: string[];
  present: string[];
}

/** May be repeated. Throws `SearchAttributesDiffer` where one is there with another type: it creates nothing then. */
export async function createSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<SearchAttributesReport> {
  const { operatorService } = connection;
  const { customAttributes } = await sorting(() => operatorService.listSearchAttributes({ namespace }));
  const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({
    name,
    type,
    number: TYPE_NUMBERS[type],
  }));
  for (const { name, type, number } of wanted) {
    const there = customAttributes[name];
    if (there === undefined || there === number) continue;
    throw new SearchAttributesDiffer(
      `The namespace "${namespace}" has a search attribute ${name} of type ${TYPE_NAMES[there] ?? there}; custody needs ${type}. ` +
        `Remove it (temporal operator search-attribute remove --name ${name}) or use another namespace.`,
    );
  }
  const missing = wanted.filter(({ name }) => customAttributes[name] === undefined);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map(({ name, number }) => [name, number]));
    await sorting(() => operatorService.addSearchAttributes({ namespace, searchAttributes }));
  }
  return {
    created: missing.map(({ name }) => name),
    present: wanted.filter(({ name }) => customAttributes[name] !== undefined).map(({ name }) => name),
  };
}

/** Names of those that are not there, or there with another type. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await sorting(() =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  return Object.entries(SEARCH_ATTRIBUTES)
    .filter(([name, type]) => customAttributes[name] !== TYPE_NUMBERS[type])
    .map(([name]) => name);
}
