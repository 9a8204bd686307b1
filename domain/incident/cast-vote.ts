// A vote is cast: counted for those parties of the voter that the gate asks.
import type { Gate } from '../gate/gate.ts';
import type { Deciding } from './decision.ts';
import type { Readable } from './said-checks.ts';
import { partiesOf, whoSaid } from './speaking.ts';

export function castVote(
  deciding: Deciding,
  said: Readable,
  gate: Gate,
  verdict: 'approve' | 'reject',
  reason: string | null,
): void {
  const parties = partiesOf(said).filter((party) => gate.rule.parties.includes(party));
  deciding.add('voted', {
    ...whoSaid(said),
    // Also what is merely told goes into the warrant, as what it is: the executor counts for itself.
    saying: said.saying,
    gate: gate.id,
    verdict,
    plan: said.statement.plan,
    parties,
    reason,
  });
}
