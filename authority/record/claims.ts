// Whether an event tells what was really said: the line is the orchestrator's, the saying in it is its speaker's.
import type { EventType } from '../../domain/incident/event.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { tellsTheAssessment } from './assessment.ts';
import { type Data, same, sameOrNone } from './compare.ts';
import { tellsOfAFollowUp, tellsOfWhatIsLeft } from './follow-ups.ts';

type Claim = (data: Data, said: Statement) => boolean;

const says =
  (message: Statement['message'], ...fields: string[]): Claim =>
  (data, said) =>
    said.message === message && fields.every((field) => same(data[field], said.body[field]));

/** By event type: what in the event must be word for word what was said. */
const claims: Partial<Record<EventType, Claim>> = {
  voted: (data, said) => (data.plan === undefined || same(data.plan, said.plan)) && isVote(data, said),
  assessed: tellsTheAssessment,
  withdrawn: (data, said) =>
    said.message === 'decide' && said.body.verdict === 'withdraw' && said.answers === data.gate,
  glassBroken: (data, said) =>
    said.answers === data.gate &&
    same(data.plan, said.plan) &&
    said.body.breakGlass === true &&
    said.body.verdict === 'approve' &&
    says('decide', 'reason')(data, said),
  acknowledged: (_, said) => said.message !== 'acknowledge' || said.body.answer === 'accept',
  offered: isHandedOff,
  offerDeclined: (_, said) => said.message === 'acknowledge' && said.body.answer === 'decline',
  // A word about one step is none about the service.
  attested: (data, said) =>
    said.body.step === undefined &&
    sameOrNone(data.confirms, said.body.confirms) &&
    says('attest', 'verdict', 'reason')(data, said),
  doneByHand: ofAStep('works'),
  confirmedByHand: ofAStep('works'),
  notDoneByHand: ofAStep('broken'),
  followUpsFound: tellsOfAFollowUp,
  followUpEnded: tellsOfWhatIsLeft,
  noted: says('note', 'text'),
  stepApplied: says('applied', 'step', 'evidence', 'wasSo'),
  checked: (data, said) => said.message === 'checked' && areAmong(data.steps, said.body.steps),
  watched: (data, said) => said.message === 'checked' && areAmong(data.steps, said.body.steps),
  discovered: (data, said) => said.message === 'discovered' && same(data.found, said.body),
};

/** What rests on a proof of its own: an event of these types carries a new one. */
const ON_ITS_OWN_PROOF: readonly string[] = [
  'assessed',
  'withdrawn',
  'attested',
  'doneByHand',
  'confirmedByHand',
  'notDoneByHand',
  'stepApplied',
  'checked',
  'watched',
  'discovered',
] satisfies EventType[];
/** A vote needs a proof too, but an assessment's can count at more than one gate. */
const ON_A_PROOF: readonly string[] = [
  ...ON_ITS_OWN_PROOF,
  ...(['voted', 'glassBroken'] satisfies EventType[]),
];

/** Nothing left to do ends by itself. What is waived ends by the votes of a gate. */
export const needsProof = (type: string, data: Data): boolean =>
  (ON_A_PROOF.includes(type) && !isToldVote(type, data)) ||
  (type === 'followUpEnded' && data.as !== 'waived');
/** Whether the gate takes it is another question. */
export const isToldVote = (type: string, data: Data): boolean =>
  type === 'voted' && data.assurance === 'told';
export const needsOwnProof = (type: string): boolean => ON_ITS_OWN_PROOF.includes(type);

/**
 * An assessment is a vote for its plan, for setting the alert aside, or for what it lowers; a word to close, to pause, to undo or to
 * leave something undone is a vote for that.
 */
function isVote(data: Data, { message, answers, body }: Statement): boolean {
  const asks =
    ['assess', 'close', 'pause', 'undo'].includes(message) ||
    (message === 'followUp' && body.as === 'waived');
  if (asks) return data.verdict === 'approve';
  return message === 'decide' && answers === data.gate && body.verdict === data.verdict;
}

/** An offer can follow from other words too; then it says so. */
function isHandedOff(data: Data, { message, body }: Statement): boolean {
  if (message !== 'handOff') return data.by !== 'person';
  return (
    same(data.to, body.to) && same(data.person ?? null, body.person ?? null) && same(data.reason, body.reason)
  );
}

function ofAStep(verdict: 'works' | 'broken'): Claim {
  return (data, said) => said.body.verdict === verdict && says('attest', 'step', 'reason')(data, said);
}

/** The event may tell of fewer steps than were looked at, never of others. */
function areAmong(told: unknown, seen: unknown): boolean {
  if (!Array.isArray(told) || !Array.isArray(seen)) return false;
  return told.every((one) => seen.some((other) => same(one, other)));
}

/** Events of other types carry a saying only as who caused them. */
export function tellsWhatWasSaid(type: string, data: Data, said: Statement): boolean {
  const claim = Object.hasOwn(claims, type) ? claims[type as EventType] : undefined;
  return claim === undefined || claim(data, said);
}
