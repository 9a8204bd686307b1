// Whose own the attacked identity is: whoever has stolen it may sit at their desk, so they are neither told nor asked. Pure.
import { isOwn } from '../identity/identity.ts';
import type { Directory } from './runbook.schema.ts';

export interface Suspects {
  /** People whose own identity it is. */
  people: string[];
  /** Parties that have nobody else. */
  parties: string[];
}

/** `key`: of the identity. */
export function suspectsOf({ people }: Pick<Directory, 'people'>, key: string): Suspects {
  const all = Object.entries(people);
  const suspects = all.filter(([, one]) => isOwn(one, key));
  const parties = new Set(suspects.flatMap(([, one]) => one.parties));
  for (const [, one] of all) if (!isOwn(one, key)) for (const party of one.parties) parties.delete(party);
  return { people: suspects.map(([id]) => id), parties: [...parties] };
}
