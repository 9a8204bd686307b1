// One kind of hostile saying: how it is made, and with which code and for which reason it must be refused.
import { type Incident, openGates } from '../../../domain/incident/incident.ts';
import type { Instant } from '../../../domain/instant/instant.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { RefusalCode } from '../../../domain/statement/refusal.ts';
import type { Message, Statement } from '../../../domain/statement/statement.schema.ts';
import { rules, World } from '../../domain/incident/world.ts';
import type { Name } from '../rightful.ts';
import type { Otherwise, Provers, ProofType } from '../proof/three-proofs.ts';
import type { Dice } from './dice.ts';

/** What is sent, and what it is judged by, where that is not the rightful world. */
export interface Attempt {
  payload: unknown;
  /** The name that it is sent under, where that is not its own. */
  message?: string;
  directory?: Directory;
  incident?: Incident;
  /** Where chance has a say in what is wrong with it. */
  code?: RefusalCode;
}

export interface Base {
  provers: Provers;
  type: ProofType;
  /** Of the SOC or the identity team: a rightful word of theirs would be taken. */
  name: VoterName;
  message: Message;
  dice: Dice;
  /** When it is judged, in epoch seconds. */
  nowS: number;
  /** What they would rightfully say. */
  rightly: Statement;
  /** Proved as the base says. */
  proven(statement: string, how?: Otherwise): Promise<Attempt>;
}

export interface Hostile {
  what: string;
  of: readonly ProofType[];
  code: RefusalCode;
  /** Of the many reasons that a code has: the one that is meant. */
  why: RegExp;
  /** Where an update's validator, which looks before any proof does, has another word for it. */
  byUpdate?: RefusalCode | 'any';
  /** The check that refuses it, where it is one of a list. */
  check?: string;
  make(base: Base): Attempt | Promise<Attempt>;
}

export const VOTERS = ['sam', 'erin', 'ivo', 'both'] as const satisfies readonly Name[];
export type VoterName = (typeof VOTERS)[number];

/** Judged real by somebody of the SOC: the act gate asks about a plan. */
export function asked(change: Parameters<typeof rules>[0] = {}): World {
  const world = new World().look(rules(change));
  world.assess('lee');
  return world;
}

const usual = asked();
export const NOW: Instant = usual.now;
export const NOW_S = Date.parse(NOW) / 1_000;
export const INCIDENT: Incident = usual.incident;
/** The same, where the gate asks for somebody at the keyboard. */
export const ASKS_FOR_PRESENCE: Incident = asked({
  gates: {
    ...rules().gates,
    act: { quorum: 2, parties: ['soc', 'identity'], assurance: 'present' },
  },
}).incident;

const OPEN = openGates(INCIDENT).find(({ name }) => name === 'act');
if (OPEN?.plan == null) throw new Error('the act gate is not open');
export const ACT = { id: OPEN.id, plan: OPEN.plan };

const BODIES: Partial<Record<Message, (dice: Dice) => Record<string, unknown>>> = {
  decide: (dice) =>
    dice.pick([{ verdict: 'approve' }, { verdict: 'reject', reason: 'it is not what I saw' }]),
  note: () => ({ text: 'the jobs stand still' }),
  followUp: () => ({ add: { kind: 'exposure', says: 'a wiki page' }, reason: 'found it' }),
};
export const SAID = Object.keys(BODIES) as Message[];

/** A word that would be taken. */
export function rightWord(message: Message, name: Name, dice: Dice): Statement {
  const isVote = message === 'decide';
  return {
    v: 1,
    incident: INCIDENT.id,
    firstRun: INCIDENT.firstRun,
    message,
    answers: isVote ? ACT.id : null,
    plan: isVote ? ACT.plan : null,
    body: BODIES[message]?.(dice) ?? {},
    person: name,
    iat: NOW_S - 30,
    exp: NOW_S + 600,
    jti: `jti-${dice.hex(20)}`,
  };
}

/** This person has voted already, rightfully. */
export function votedBy(name: Name): Incident {
  const world = asked({
    gates: { ...rules().gates, act: { quorum: 5, parties: ['soc', 'identity'] } },
  });
  world.approve(name);
  return world.incident;
}
