// Steps that people do: whoever acts says that it is done, and somebody else looks and confirms it. Only then it counts as seen.
import { isByHand } from '../plan/by-hand.ts';
import type { Step } from '../plan/plan.schema.ts';
import type { StepState } from '../plan/progress.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { startClimb } from './decide-tick.ts';
import { stateOf, title } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, partiesOf, whoSaid } from './speaking.ts';

export function attestStep(deciding: Deciding, said: Readable): Refusal | null {
  const { step: id, verdict, reason } = said.statement.body as Body<'attest'>;
  const { incident } = deciding;
  const step = incident.approved?.plan.steps.find((one) => one.id === id);
  const state = stateOf(incident, id ?? '');
  if (step === undefined || state === undefined || !isByHand(step))
    return refusal('notOpen', `The approved plan has no step ${id} that people do.`);
  const isToBeSeen = state.status === 'applied';
  const isCalledBack = state.status === 'seen' && verdict === 'broken';
  const wrong = isCalledBack
    ? notOfEither(said, step)
    : isToBeSeen
      ? notTheirsToSee(said, step, state)
      : notTheirsToDo(said, step, state, deciding);
  if (wrong !== null) return wrong;
  const word = { ...whoSaid(said), step: step.id, reason };
  if (verdict === 'broken') {
    deciding.add('notDoneByHand', word);
    const { person } = said.statement;
    const says = isCalledBack
      ? `${person} finds that it does not hold any more`
      : isToBeSeen
        ? `${person} looked and does not find it done`
        : `${person} cannot do it`;
    for (const party of new Set([step.party, incident.hold.party]))
      deciding.tell(party, `${incident.title}: ${says}: ${step.does} ${reason}`);
    if (deciding.incident.climb === null) startClimb(deciding, 'trouble', deciding.now);
    return null;
  }
  deciding.add(isToBeSeen ? 'confirmedByHand' : 'doneByHand', word);
  takeBy(deciding, said.statement.person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  if (!isToBeSeen) {
    const asks = `${step.check} Say so with --step ${step.id}:`;
    deciding.tell(step.checker, `${incident.title}: done by ${said.statement.person}: ${step.does} ${asks}`, {
      answer: 'attest',
    });
  }
  return null;
}

function notTheirsToDo(said: Readable, step: Step, state: StepState, { incident }: Deciding): Refusal | null {
  if (state.status !== 'ordered' && state.status !== 'blocked')
    return refusal('notNow', `The turn of ${step.id} has not come, or it is over: it is ${state.status}.`);
  return partiesOf(said).includes(step.party)
    ? null
    : refusal('notAllowed', `${title(incident, step.party)} does this step.`);
}

/** No machine looks at it again: whoever of the two parties sees that it does not hold calls it back. */
const notOfEither = (said: Readable, step: Step): Refusal | null =>
  partiesOf(said).some((party) => party === step.party || party === step.checker)
    ? null
    : refusal('notAllowed', `Only ${step.party} and ${step.checker} answer for this step.`);

/** Another person than whoever did it. */
function notTheirsToSee(said: Readable, step: Step, state: StepState): Refusal | null {
  if (state.evidence['doneBy'] === said.statement.person)
    return refusal('notAllowed', 'You did it: somebody else looks and confirms it.');
  return partiesOf(said).includes(step.checker)
    ? null
    : refusal('notAllowed', `It is done, and ${step.checker} confirms it.`);
}
