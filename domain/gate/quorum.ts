// When enough of the right people have approved: distinct people, and for each party that is asked one of its own.
import type { GateRule } from '../runbook/runbook.schema.ts';

export interface Voter {
  person: string;
  parties: readonly string[];
}

/** Each party needs a person of its own: one who belongs to two teams does not stand for both. */
export function missingParties(rule: Pick<GateRule, 'parties'>, voters: readonly Voter[]): string[] {
  const partyOf = new Map<string, string>();
  const seat = (party: string, tried: Set<string>): boolean =>
    voters.some((voter) => {
      if (!voter.parties.includes(party) || tried.has(voter.person)) return false;
      tried.add(voter.person);
      const seated = partyOf.get(voter.person);
      if (seated !== undefined && !seat(seated, tried)) return false;
      partyOf.set(voter.person, party);
      return true;
    });
  return rule.parties.filter((party) => !seat(party, new Set()));
}

/** Who is of no party that is asked, counts for nothing. */
export function quorumMet(rule: Pick<GateRule, 'parties' | 'quorum'>, voters: readonly Voter[]): boolean {
  const asked = voters.filter((voter) => voter.parties.some((party) => rule.parties.includes(party)));
  const people = new Set(asked.map((voter) => voter.person));
  return people.size >= rule.quorum && missingParties(rule, voters).length === 0;
}
