// Whether one person can be handed an incident: the directory knows them in that party, and the incident is not about them.
// It does not judge who hands it to them.
import { isOwn } from '../domain/identity/identity.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import type { Body } from '../domain/statement/statement.schema.ts';
import { memberOf } from './speaker.ts';

/** `key` is the attacked identity's. null where nobody is named, or they can. */
export function whyNotTheirs(
  { person, to }: Body<'handOff'>,
  key: string,
  directory: Directory,
): string | null {
  if (person === undefined) return null;
  const named = memberOf(directory, person)?.speaker ?? null;
  if (named === null || named.role !== null || !named.parties.includes(to))
    return `${person} is not of ${to} in the directory: name somebody who is, or hand it to all of ${to}.`;
  return isOwn(named, key)
    ? `This incident is about ${named.id}'s own identity: name somebody else of ${to}.`
    : null;
}
