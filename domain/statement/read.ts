// Takes a saying apart without judging it: what a validator can see before any proof is checked. Never throws.
import { decode } from '../encoding/base64url.ts';
import { MESSAGE_NAMES } from './message-names.ts';
import type { Judgement } from './judgement.ts';
import type { Statement } from './statement.schema.ts';

export type Opened =
  | { unproven: Extract<Judgement, { readable: true }> }
  | { told: true }
  | { reason: string };

/** The longest statement that is looked at, in characters of base64url. */
const LONGEST = 65_536;

/** `message` is the signal's or update's name, which the statement must repeat. */
export function openSaying(message: string, payload: unknown): Opened {
  if (typeof payload !== 'object' || payload === null)
    return { reason: 'Expected { statement, proof }, or { person, body }.' };
  const { statement, proof, person, body } = payload as Record<string, unknown>;
  if (statement === undefined) {
    const told = typeof person === 'string' && typeof body === 'object' && body !== null;
    return told ? { told: true } : { reason: 'Expected { statement, proof }, or { person, body }.' };
  }
  if (typeof statement !== 'string' || statement.length > LONGEST)
    return { reason: '`statement` must be base64url of at most 65,536 characters.' };
  const parsed = statementOf(statement);
  if (parsed === null)
    return { reason: '`statement` is not base64url of the canonical JSON of a statement.' };
  if (parsed.message !== message)
    return { reason: `The statement says ${parsed.message}, but was sent as ${message}.` };
  return {
    unproven: {
      readable: true,
      statement: parsed,
      saying: { statement, ...(proof === undefined ? {} : { proof }) } as Extract<
        Judgement,
        { readable: true }
      >['saying'],
      proof: { holds: false, reason: 'not checked yet' },
      speaker: null,
      authority: { allowed: false, reason: 'not checked yet' },
    },
  };
}

function statementOf(text: string): Statement | null {
  try {
    const value = JSON.parse(decode(text)) as Partial<Statement> | null;
    if (typeof value !== 'object' || value === null) return null;
    const whole =
      value.v === 1 &&
      typeof value.person === 'string' &&
      typeof value.jti === 'string' &&
      isMoment(value.iat) &&
      isMoment(value.exp) &&
      MESSAGE_NAMES.includes(value.message as never) &&
      typeof value.body === 'object' &&
      value.body !== null;
    return whole ? (value as Statement) : null;
  } catch {
    return null;
  }
}

/** What is far outside of it shows no date, and would end in an error that is no refusal. */
const isMoment = (seconds: unknown): boolean => Number.isSafeInteger(seconds) && Number(seconds) > 0;
