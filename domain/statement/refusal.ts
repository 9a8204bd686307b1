// Why something that was said had no effect: a closed set of codes; the reason is for people and says what to do.
export const REFUSAL_CODES = [
  'undecodable',
  'malformed',
  'unknownMessage',
  'badProof',
  'notProven',
  'wrongIncident',
  'notOpen',
  'planChanged',
  'expired',
  'notAllowed',
  'suspect',
  'alreadyAnswered',
  'notOffered',
  'notNow',
  'closed',
  'cancelRefused',
  'judgeUnavailable',
  'notOurs',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  code: RefusalCode;
  reason: string;
}

export const refusal = (code: RefusalCode, reason: string): Refusal => ({ code, reason });
