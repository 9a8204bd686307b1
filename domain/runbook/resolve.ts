// The rules of one incident, from the runbook and what is known of the identity. Pure: clocks come out as milliseconds, never as instants.
import type { Level } from '../detection/detection.schema.ts';
import { type Identity, keyOf } from '../identity/identity.ts';
import { durationMs } from '../instant/instant.ts';
import { type Known, whyClass } from './explain.ts';
import { type OwnersRow, type Ownership, ownership } from './owners.ts';
import { fits } from './pattern.ts';
import type { ByHandStep, HeldPhase, LadderRule, PhaseRule, Rules } from './rules.ts';
import type { GateRule, Runbook, RunbookClass } from './runbook.schema.ts';
import type { Suspects } from './suspects.ts';

export type { Known } from './explain.ts';

/** In a class, this party stands for whichever party owns the identity. */
export const OWNER_PARTY = 'service-owner';
/** Holds whatever nobody else can: it has the risk decision and the record. */
export const SOC = 'soc';

const HELD_PHASES: readonly HeldPhase[] = ['triage', 'containment', 'recovery', 'hardening'];
/** For a provider that the runbook says nothing about, none of whose steps can run anyway. */
const UNKNOWN_PROPAGATION = '5m';

/** `hash` is that of the runbook folder. Throws `RangeError` where no class fits, which a checked runbook rules out. */
export function resolveRules(runbook: Runbook, hash: string, known: Known): Rules {
  const { identity } = known;
  const { chosen, owners } = whyClass(runbook, known);
  if (chosen === null)
    throw new RangeError('no class of the runbook fits: its last class must have an empty `when`');
  const suspects: Suspects = known.suspects ?? { people: [], parties: [] };
  const { owner, claims, secret, consumers, letsGo, retireSecretDays } = ownerOf(
    runbook,
    owners,
    known.owner ?? null,
    suspects,
  );
  const partyFor = (party: string): string => {
    const meant = party === OWNER_PARTY ? (owner ?? SOC) : party;
    return suspects.parties.includes(meant) ? SOC : meant;
  };
  const resolving: Resolving = { runbook, chosen, partyFor, suspects };
  const protection = protectionOf(runbook, identity);
  const checker = Object.entries(runbook.checkers).find(([, one]) => covers(one, identity));
  return {
    runbook: hash,
    class: chosen.name,
    mode: chosen.mode,
    phases: phasesOf(resolving, known.level ?? 'unknown'),
    pauseMs: durationMs(runbook.pause),
    gates: {
      risk: gateFor(chosen.gates.risk, partyFor),
      act: atLeast(protection?.quorum ?? null, gateFor(chosen.gates.act, partyFor)),
      irreversible: gateFor(chosen.gates.irreversible, partyFor),
      close: gateFor(chosen.gates.close, partyFor),
      ...(chosen.gates.undo === undefined ? {} : { undo: gateFor(chosen.gates.undo, partyFor) }),
    },
    ...(chosen.breakGlass === undefined
      ? {}
      : { breakGlass: { parties: [...new Set(chosen.breakGlass.parties.map(partyFor))] } }),
    strategies: chosen.strategies,
    cutByMs: durationMs(chosen.cutBy),
    rediscover: chosen.rediscover,
    checklist: Object.entries(chosen.checklist).map(([name, says]) => ({ name, says })),
    byHand: chosen.byHand.map(
      (step): ByHandStep => ({
        ...step,
        party: partyFor(step.party),
        confirms: partyFor(step.confirms),
      }),
    ),
    protected: protection,
    executors: {
      'source-of-truth': sourceOfTruth(runbook, identity),
      owner: ownersExecutor(runbook, identity, owner),
    },
    ...apartOf(runbook, identity),
    checker: checker?.[0] ?? null,
    owner,
    claims,
    followUps: {
      dueMs: durationMs(runbook.followUps.due),
      exposureMs: durationMs(runbook.followUps.exposure),
      repeatMs: durationMs(runbook.followUps.repeat),
    },
    secret,
    ...(consumers.length === 0 ? {} : { consumers }),
    ...(letsGo ? { letsGo } : {}),
    ...(retireSecretDays === null ? {} : { retireSecretDays }),
    propagationMs: durationMs(ownValue(runbook.propagation, identity.provider) ?? UNKNOWN_PROPAGATION),
    orders: {
      pickUpMs: durationMs(runbook.orders.pickUp),
      runMs: durationMs(runbook.orders.run),
      againMs: durationMs(runbook.orders.again),
      watchMs: durationMs(runbook.orders.watch),
    },
    validityMs: {
      containment: durationMs(runbook.validity.containment),
      recovery: durationMs(runbook.validity.recovery),
      hardening: durationMs(runbook.validity.hardening),
    },
    parties: Object.fromEntries(Object.entries(runbook.parties).map(([name, party]) => [name, party.title])),
  };
}

/** The runbook, its class, and who stands for a party that the class names. */
interface Resolving {
  runbook: Runbook;
  chosen: RunbookClass;
  partyFor: (party: string) => string;
  suspects: Suspects;
}

/** An owner who is the suspect alone is none: the SOC stands in. A party that this runbook lacks was named by an older one. */
function ownerOf(
  runbook: Runbook,
  rows: readonly OwnersRow[],
  named: string | null,
  suspects: Suspects,
): Ownership {
  const known = named !== null && Object.hasOwn(runbook.parties, named) ? named : null;
  const found = ownership(rows, known);
  return found.owner !== null && suspects.parties.includes(found.owner)
    ? { ...found, owner: null, secret: null, consumers: [], letsGo: false, retireSecretDays: null }
    : found;
}

function protectionOf(runbook: Runbook, identity: Identity): Rules['protected'] {
  const key = keyOf(identity);
  const row = runbook.protected.find((one) => fits(one.identity, key));
  if (row === undefined) return null;
  return { why: row.why, refused: row.quorum === undefined, quorum: row.quorum ?? null };
}

/** What is protected is not cut on a word that nobody proved. */
const atLeast = (quorum: number | null, { assurance, ...gate }: GateRule): GateRule => ({
  ...(assurance === undefined || (assurance === 'told' && quorum !== null) ? {} : { assurance }),
  ...gate,
  quorum: Math.max(gate.quorum, quorum ?? 0),
});

function phasesOf(resolving: Resolving, level: Level): Rules['phases'] {
  const { chosen, partyFor } = resolving;
  const rule = (phase: HeldPhase): PhaseRule => {
    const clock = chosen.clocks[phase];
    const terms = (level === 'unknown' ? undefined : clock.levels?.[level]) ?? clock;
    const holder = partyFor(chosen.holders[phase]);
    return {
      holder,
      acknowledgeMs: durationMs(terms.acknowledge),
      actMs: durationMs(terms.act),
      remindMs: clock.remind === undefined ? null : durationMs(clock.remind),
      inward: inwardOf(clock, holder, partyFor),
      calendar: clock.calendar ?? null,
      ladder: ladderOf(chosen.ladders[phase], resolving),
    };
  };
  return Object.fromEntries(HELD_PHASES.map((phase) => [phase, rule(phase)])) as Rules['phases'];
}

/** Whoever holds it needs nobody to tell them how it stands. */
function inwardOf(
  { inward }: RunbookClass['clocks'][HeldPhase],
  holder: string,
  partyFor: Resolving['partyFor'],
): PhaseRule['inward'] {
  if (inward === undefined) return null;
  const party = partyFor(inward.party);
  return party === holder ? null : { party, everyMs: durationMs(inward.every) };
}

function ladderOf(name: string, { runbook, partyFor, suspects }: Resolving): LadderRule {
  const ladder = ownValue(runbook.ladders, name);
  if (ladder === undefined) throw new RangeError(`the runbook has no ladder "${name}"`);
  return {
    rungs: ladder.rungs.map(({ after, tell, person, rotation }) => ({
      afterMs: durationMs(after),
      tell: partyFor(tell),
      person: person === undefined || suspects.people.includes(person) ? null : person,
      rotation: rotation ?? null,
    })),
    repeatMs: durationMs(ladder.repeat),
    fallback: ladder.fallback.map((one) =>
      one.do === 'hand-off' ? { do: one.do, to: partyFor(one.to) } : one,
    ),
  };
}

const gateFor = (gate: GateRule, partyFor: (party: string) => string): GateRule => ({
  ...gate,
  parties: [...new Set(gate.parties.map(partyFor))],
});

function covers(one: { provider: string; accounts: readonly string[] }, identity: Identity): boolean {
  const known = identity.account !== null && one.accounts.includes(identity.account);
  return one.provider === identity.provider && (known || one.accounts.includes('*'));
}

type Executor = { name: string; party: string };

function executorsOf(runbook: Runbook, identity: Identity, part: 'source-of-truth' | 'owner'): Executor[] {
  return Object.entries(runbook.executors)
    .filter(([, one]) => one.part === part && one.kinds === undefined && covers(one, identity))
    .map(([name, one]) => ({ name, party: one.party }));
}

const sourceOfTruth = (runbook: Runbook, identity: Identity): Executor | null =>
  executorsOf(runbook, identity, 'source-of-truth')[0] ?? null;

function apartOf(runbook: Runbook, identity: Identity): Pick<Rules, 'apart'> {
  const apart = Object.entries(runbook.executors)
    .filter(([, one]) => covers(one, identity))
    .flatMap(([name, { kinds = [], party }]) => kinds.map((kind) => [kind, { name, party }] as const));
  return apart.length === 0 ? {} : { apart: Object.fromEntries(apart) };
}

/** The owner's own, else the one that acts for all service owners. Without an owner nobody may re-issue: people are asked. */
function ownersExecutor(runbook: Runbook, identity: Identity, owner: string | null): Executor | null {
  if (owner === null) return null;
  const executors = executorsOf(runbook, identity, 'owner');
  return (
    executors.find((one) => one.party === owner) ?? executors.find((one) => one.party === OWNER_PARTY) ?? null
  );
}

const ownValue = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
