// What may go wrong at a call. A new fault is a row.
import type { Hands } from './scene.ts';
import type { Strike } from './tried.ts';
import type { Call, Fault } from './wire.ts';

export interface Row {
  /** By whom the steps are taken to which it happens. */
  hands: Hands;
  /** What is done at the call of this number. */
  strike(at: number): Strike;
  /** Whether it came to pass at that call of the unit. */
  struck(tries: Call[][], at: number): boolean;
  /** What a person must have been told of this call; null: somebody may have been asked. Left out: nobody may be. */
  told?: (call: Call) => RegExp | null;
}

const QUOTAS = ['iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:CreateAccessKey', 'iam:PutRolePolicy'];

const once = (fault: Fault, at: (call: Call) => boolean = () => true): Row => ({
  hands: 'here',
  strike: (number) => (call, nth, attempt) =>
    attempt === 1 && nth === number && at(call) ? fault : undefined,
  struck: (tries, number) => tries[0]?.[number - 1]?.became === fault,
});
const perhaps = () => null;

/** Whom it says that the permission is missing. */
function toldOfDenied({ name }: Call): RegExp | null {
  if (name === 'sts:GetCallerIdentity') return /does not work/;
  if (name.startsWith('github:')) return /needs the permission "Secrets: write"/;
  if (name.startsWith('webhook:')) return /correct it in the executor's policy/;
  // The value is tried again, for a while; a login may be one that is to be refused.
  if (name.startsWith('test:') || name === 'postgres:login') return null;
  if (name.startsWith('postgres:')) return /this worker's role lacks .*\. Grant it/;
  return new RegExp(`lack ${name}, or a policy denies it`);
}

export const FAULTS: Readonly<Record<string, Row>> = {
  throttled: once('throttled'),
  'answered by 500': once('broken'),
  // A cluster is given up after so long that it is another fault's turn: its line breaks.
  'not answered': once('silent', ({ name }) => !name.startsWith('postgres:')),
  'done, and the answer lost': once('dropped'),
  'answered as before, as all later reads': {
    hands: 'here',
    strike: (at) => (_, nth, attempt) => (attempt === 1 && nth >= at ? 'old' : undefined),
    struck: (tries, at) => tries[0]?.[at - 1]?.became === 'old',
    told: perhaps,
  },
  'done, the answer lost, and read as before': {
    hands: 'here',
    strike: (at) => (_, nth, attempt) =>
      attempt === 1 && nth === at ? 'dropped' : attempt === 2 ? 'old' : undefined,
    struck: (tries, at) =>
      tries[0]?.[at - 1]?.became === 'dropped' && tries[1]?.some(({ became }) => became === 'old') === true,
    told: perhaps,
  },
  denied: { ...once('denied'), told: toldOfDenied },
  'over a quota': {
    ...once('full', ({ name }) => QUOTAS.includes(name)),
    // More keys than were listed: they are read again.
    told: ({ name }) =>
      name === 'iam:CreateAccessKey' ? null : /as many attached policies as AWS allows|leave no room/,
  },
  'the process killed before it': { ...once('killedBefore'), hands: 'processes' },
  'done, and the process killed': { ...once('killedAfter'), hands: 'processes' },
};

/** At a look: what is denied there may also be told in what it says. */
export const AT_A_LOOK = [
  'throttled',
  'answered by 500',
  'not answered',
  'done, and the answer lost',
  'denied',
];
