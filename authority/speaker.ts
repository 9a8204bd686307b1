// Who the directory says somebody is. Ids come from outside: only the directory's own entries are ever found by them.
import type { Directory, DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import type { Speaker } from '../domain/statement/judgement.ts';

export interface Member {
  speaker: Speaker;
  keys: readonly DirectoryKey[];
}

/** null: nobody of this id, or a person and a machine that share it. */
export function memberOf(directory: Directory, id: string): Member | null {
  const person = Object.hasOwn(directory.people, id) ? directory.people[id] : undefined;
  const machine = Object.hasOwn(directory.machines, id) ? directory.machines[id] : undefined;
  if (person !== undefined && machine === undefined) {
    return {
      speaker: { id, parties: person.parties, identities: person.identities, role: null },
      keys: person.keys,
    };
  }
  if (machine !== undefined && person === undefined) {
    const parties = machine.party === undefined ? [] : [machine.party];
    return { speaker: { id, parties, identities: [], role: machine.role }, keys: machine.keys };
  }
  return null;
}
