// Whether events tell what was said of what is left to do.
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { type Data, same, sameOrNone } from './compare.ts';

/** One was added: the party and the due date are the runbook's where the speaker named none. */
export function tellsOfAFollowUp({ followUps }: Data, { message, body }: Statement): boolean {
  if (message !== 'followUp' || !Array.isArray(followUps) || followUps.length !== 1) return false;
  const added = (followUps[0] ?? {}) as Data;
  const said = (body.add ?? {}) as Data;
  return (
    same(added.kind, said.kind) &&
    same(added.says, said.says) &&
    (said.party === undefined || same(added.party, said.party)) &&
    (said.due === undefined || same(added.due, said.due))
  );
}

/** What is waived ends by the votes of its gate, and by no word of its own. */
export function tellsOfWhatIsLeft(data: Data, { message, body }: Statement): boolean {
  return (
    message === 'followUp' &&
    same(data.id, body.id) &&
    same(data.as, body.as) &&
    sameOrNone(data.ticket, body.ticket) &&
    same(data.reason, body.reason)
  );
}
