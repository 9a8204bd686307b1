// What holds of everything that is said to an incident, whatever a customer's policies say: it comes before any policy, and only
// refuses. Pure.
import { isPlainApproval } from '../domain/gate/told.ts';
import { isOwn } from '../domain/identity/identity.ts';
import type { Speaker } from '../domain/statement/judgement.ts';
import type { Question } from './authority.ts';

export type Asked = Question & { speaker: Speaker };
/** Why not, or null. */
type Check = (asked: Asked) => string | null;

/** Which machine says what. */
const ROLES: Readonly<Record<string, Speaker['role']>> = {
  applied: 'executor',
  checked: 'checker',
  discovered: 'checker',
  sealed: 'orchestrator',
};
const roleFor = (message: string): Speaker['role'] =>
  Object.hasOwn(ROLES, message) ? (ROLES[message] ?? null) : null;

/** Words that weaken nothing when somebody else said them. */
const TOLD_IS_ENOUGH: readonly string[] = ['acknowledge', 'note'];

const inWords = (name: unknown): string => (typeof name === 'string' ? name : 'What was named');

const isSaidToAnIncident: Check = ({ message }) => {
  if (message === 'sealed') return 'A seal closes the record; it is not said to an incident.';
  if (message === 'enrol' || message === 'vouch')
    return 'A passkey is enrolled in people.yaml, not in an incident.';
  return message === 'sign' ? 'What signs a policy folder is not said to an incident.' : null;
};

const speaksAsWhatTheyAre: Check = ({ speaker, message }) => {
  const role = roleFor(message);
  if ((speaker.role !== null) !== (role !== null))
    return `"${message}" is said by ${speaker.role === null ? 'machines' : 'people'} only.`;
  return speaker.role === role
    ? null
    : `Only an executor or checker says "${message}", each about its own; ${speaker.id} is no ${role}.`;
};

/** A note answers nothing: whoever it is about may still say what they know. */
const notAboutThemselves: Check = ({ speaker, bearings, message }) =>
  message !== 'note' && isOwn(speaker, bearings.key)
    ? `This incident is about ${speaker.id}'s own identity: nobody answers about themselves.`
    : null;

const provenEnough: Check = ({ assurance, message, body, answers, bearings }) =>
  assurance !== 'told' ||
  TOLD_IS_ENOUGH.includes(message) ||
  (isPlainApproval({ message, body }) &&
    bearings.gates.some(({ id, told }) => id === answers && told === true))
    ? null
    : `"${message}" needs a proof: sign it with your key (the CLI does). Told is enough only to acknowledge and to note, and to approve where a gate says so.`;

const gateIsOpen: Check = ({ message, answers, bearings }) =>
  message !== 'decide' || bearings.gates.some(({ id }) => id === answers)
    ? null
    : `The gate ${answers ?? '(none named)'} is not open, so nobody may answer it.`;

const glassIsOfTheAct: Check = ({ message, answers, body, bearings }) =>
  message === 'decide' &&
  body['breakGlass'] === true &&
  bearings.gates.find(({ id }) => id === answers)?.name !== 'act'
    ? 'The glass is broken for the act alone: a plan that waits for approval.'
    : null;

const stepIsByHand: Check = ({ message, body: { step }, bearings }) =>
  message !== 'attest' || step === undefined || bearings.byHand.some((one) => one.step === step)
    ? null
    : `${inWords(step)} is no step of the approved plan that people do, so nobody says that it is done. See the plan: custody plan show.`;

const followUpIsLeft: Check = ({ message, body, bearings }) =>
  message !== 'followUp' ||
  body['add'] !== undefined ||
  bearings.followUps.some(({ id }) => id === body['id'])
    ? null
    : `${inWords(body['id'])} is not left to do here. See what is: custody show.`;

/** First refusal wins. */
export const alwaysChecks: readonly (readonly [name: string, check: Check])[] = [
  ['isSaidToAnIncident', isSaidToAnIncident],
  ['speaksAsWhatTheyAre', speaksAsWhatTheyAre],
  ['notAboutThemselves', notAboutThemselves],
  ['provenEnough', provenEnough],
  ['gateIsOpen', gateIsOpen],
  ['glassIsOfTheAct', glassIsOfTheAct],
  ['stepIsByHand', stepIsByHand],
  ['followUpIsLeft', followUpIsLeft],
];

export function whyNever(asked: Asked): string | null {
  for (const [, check] of alwaysChecks) {
    const reason = check(asked);
    if (reason !== null) return reason;
  }
  return null;
}
