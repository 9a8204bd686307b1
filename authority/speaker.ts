// Who the directory says somebody is. Ids come from outside: only the directory's own entries are ever found by them.
import type { Login } from '../domain/runbook/issuer.schema.ts';
import type { Passkey } from '../domain/runbook/passkey.schema.ts';
import type { Directory, DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import type { Speaker } from '../domain/statement/judgement.ts';

export interface Member {
  speaker: Speaker;
  keys: readonly DirectoryKey[];
  logins: readonly Login[];
  passkeys: readonly Passkey[];
}

/** null: nobody of this id, or a person and a machine that share it. */
export function memberOf(directory: Directory, id: string): Member | null {
  const person = Object.hasOwn(directory.people, id) ? directory.people[id] : undefined;
  const machine = Object.hasOwn(directory.machines, id) ? directory.machines[id] : undefined;
  if (person !== undefined && machine === undefined) {
    return {
      speaker: { id, parties: person.parties, identities: person.identities, role: null },
      keys: person.keys,
      logins: person.logins ?? [],
      passkeys: person.passkeys ?? [],
    };
  }
  if (machine !== undefined && person === undefined) {
    const parties = machine.party === undefined ? [] : [machine.party];
    const speaker = { id, parties, identities: [], role: machine.role };
    // Machines neither log in nor have passkeys.
    return { speaker, keys: machine.keys, logins: [], passkeys: [] };
  }
  return null;
}
