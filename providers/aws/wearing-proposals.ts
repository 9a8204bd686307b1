// Proposals to put one of custody's policies on, or take it off, in the way in which it fits. Where that is inline, the executor is another
// one; where the runbook names none for it, the policy is to be attached, once somebody has made room. Pure.
import type { Proposal, Step } from '../../domain/plan/plan.schema.ts';
import type { Restriction } from './policies.ts';
import type { Way } from './wearing.ts';

export interface Words {
  /** `Attach custody-quarantine to the user deploy-robot` */
  putOn: string;
  /** `Detach custody-quarantine` */
  takeOff: string;
  /** `The policy is attached` */
  isOn: string;
  again: string;
}

const WORDS: Record<Way, (called: string, policy: Restriction) => Words> = {
  attached: (called, { name }) => ({
    putOn: `Attach ${name} to the ${called}`,
    takeOff: `Detach ${name}`,
    isOn: 'The policy is attached',
    again: `Attach ${name} again.`,
  }),
  inline: (called, { name }) => ({
    putOn: `Write ${name} into the ${called} as an inline policy, since no attachment is free`,
    takeOff: `Delete the inline policy ${name}`,
    isOn: 'The inline policy is there',
    again: `Write ${name} again.`,
  }),
};

/** `say`: lays down a proposal of a kind. */
export const wearing =
  <Rest, Of extends string>(
    say: (kind: string, verb: Step['verb'], phase: Proposal['phase'], rest: Rest) => Proposal,
    wayOf: (policy: Restriction) => Way,
    called: string,
    kinds: Readonly<Record<Of, Record<Way, string>>>,
  ) =>
  (
    of: Of,
    policy: Restriction,
    verb: Step['verb'],
    phase: Proposal['phase'],
    rest: (words: Words) => Rest,
  ): Proposal => {
    const inWay = (way: Way) => say(kinds[of][way], verb, phase, rest(WORDS[way](called, policy)));
    return wayOf(policy) === 'attached'
      ? inWay('attached')
      : { ...inWay('inline'), otherwise: inWay('attached') };
  };
