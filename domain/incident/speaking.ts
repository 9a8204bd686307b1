// Who said something, as events keep it, and what any answer of theirs implies.
import type { Deciding } from './decision.ts';
import type { Said } from './event.ts';
import type { Readable } from './said-checks.ts';

export function whoSaid(said: Readable): Said {
  const { statement, proof, saying } = said;
  const assurance = proof.holds ? proof.assurance : 'told';
  // Nobody's id is used up by a word that anyone could have sent.
  return {
    person: statement.person,
    assurance,
    saying: assurance === 'told' ? null : saying,
    ...(proof.holds && proof.issuerKey !== undefined ? { issuerKey: proof.issuerKey } : {}),
    jti: statement.jti,
    exp: statement.exp,
  };
}

export const partiesOf = (said: Readable): string[] => said.speaker?.parties ?? [];

/** Whoever answers a question for the holder has seen it. */
export function acknowledgeByAnswering(deciding: Deciding, said: Readable): void {
  const { hold } = deciding.incident;
  if (hold.acknowledgedAt !== null || !partiesOf(said).includes(hold.party)) return;
  // The word itself, and what proved it, stand in its own event.
  const { person, assurance, jti, exp } = whoSaid(said);
  deciding.add('acknowledged', { person, assurance, saying: null, jti, exp, hold: hold.id });
}
