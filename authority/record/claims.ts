// Whether an event tells what was really said: the line is the orchestrator's, the saying in it is its speaker's.
import { canonical } from '../../domain/encoding/canonical.ts';
import type { EventType } from '../../domain/incident/event.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';

type Data = Readonly<Record<string, unknown>>;
type Claim = (data: Data, said: Statement) => boolean;

const same = (a: unknown, b: unknown): boolean =>
  a !== undefined && b !== undefined && canonical(a) === canonical(b);

const says =
  (message: Statement['message'], ...fields: string[]): Claim =>
  (data, said) =>
    said.message === message && fields.every((field) => same(data[field], said.body[field]));

/** By event type: what in the event must be word for word what was said. */
const claims: Partial<Record<EventType, Claim>> = {
  voted: (data, said) => (data.plan === undefined || same(data.plan, said.plan)) && isVote(data, said),
  assessed: says('assess', 'verdict', 'impact', 'reason'),
  acknowledged: (_, said) => said.message !== 'acknowledge' || said.body.answer === 'accept',
  offerDeclined: (_, said) => said.message === 'acknowledge' && said.body.answer === 'decline',
  attested: says('attest', 'verdict', 'reason'),
  noted: says('note', 'text'),
  stepApplied: says('applied', 'step', 'evidence', 'wasSo'),
  checked: (data, said) => said.message === 'checked' && areAmong(data.steps, said.body.steps),
  discovered: (data, said) => said.message === 'discovered' && same(data.found, said.body),
};

/** What rests on a proof of its own: an event of these types carries a new one. */
const ON_ITS_OWN_PROOF: readonly string[] = [
  'assessed',
  'attested',
  'stepApplied',
  'checked',
  'discovered',
] satisfies EventType[];
/** A vote needs a proof too, but an assessment's can count at more than one gate. */
const ON_A_PROOF: readonly string[] = [...ON_ITS_OWN_PROOF, 'voted' satisfies EventType];

export const needsProof = (type: string): boolean => ON_A_PROOF.includes(type);
export const needsOwnProof = (type: string): boolean => ON_ITS_OWN_PROOF.includes(type);

/** An assessment is a vote for its plan, or for setting the alert aside; a word to close is a vote to close. */
function isVote(data: Data, { message, answers, body }: Statement): boolean {
  if (message === 'assess' || message === 'close') return data.verdict === 'approve';
  return message === 'decide' && answers === data.gate && body.verdict === data.verdict;
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
