// A place in a gate of policy.yaml: a party, or several of which one is enough, because the owner may be another party than the policy
// knows by name. Each place needs a person of its own.
import type { Voter } from '../domain/gate/quorum.ts';
import type { GatePolicy } from './policy.schema.ts';

export type Place = GatePolicy['parties'][number];

export const partiesIn = (place: Place): string[] => (typeof place === 'string' ? [place] : place);

/** `service-owner or platform` */
export const placeInWords = (place: Place): string => partiesIn(place).join(' or ');

/** As the rule of a quorum counts: a place is one party, whoever stands for it. */
export const asRule = ({ quorum, parties }: GatePolicy): { quorum: number; parties: string[] } => ({
  quorum,
  parties: parties.map(placeInWords),
});

export const asVoter = (
  { parties: places }: GatePolicy,
  person: string,
  parties: readonly string[],
): Voter => ({
  person,
  parties: places
    .filter((place) => partiesIn(place).some((party) => parties.includes(party)))
    .map(placeInWords),
});
