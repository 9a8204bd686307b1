// The rules of one incident, from the runbook and what is known of the identity. Pure: clocks come out as milliseconds, never as instants.
import type { Level } from '../detection/detection.schema.ts';
import type { Identity } from '../identity/identity.ts';
import { durationMs } from '../instant/instant.ts';
import { type Known, whyClass } from './explain.ts';
import type { HeldPhase, LadderRule, PhaseRule, Rules } from './rules.ts';
import type { GateRule, Runbook, RunbookClass } from './runbook.schema.ts';

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
  const owner = owners?.party ?? null;
  const partyFor = (party: string): string => (party === OWNER_PARTY ? (owner ?? SOC) : party);
  const checker = Object.entries(runbook.checkers).find(([, one]) => covers(one, identity));
  return {
    runbook: hash,
    class: chosen.name,
    mode: chosen.mode,
    phases: phasesOf(runbook, chosen, partyFor, known.level ?? 'unknown'),
    pauseMs: durationMs(runbook.pause),
    gates: {
      risk: gateFor(chosen.gates.risk, partyFor),
      act: gateFor(chosen.gates.act, partyFor),
      irreversible: gateFor(chosen.gates.irreversible, partyFor),
      close: gateFor(chosen.gates.close, partyFor),
    },
    strategies: chosen.strategies,
    executors: {
      'source-of-truth': sourceOfTruth(runbook, identity),
      owner: ownersExecutor(runbook, identity, owner),
    },
    checker: checker?.[0] ?? null,
    owner,
    secret: owners?.secret ?? null,
    propagationMs: durationMs(ownValue(runbook.propagation, identity.provider) ?? UNKNOWN_PROPAGATION),
    orders: {
      pickUpMs: durationMs(runbook.orders.pickUp),
      runMs: durationMs(runbook.orders.run),
      againMs: durationMs(runbook.orders.again),
    },
    validityMs: {
      containment: durationMs(runbook.validity.containment),
      recovery: durationMs(runbook.validity.recovery),
      hardening: durationMs(runbook.validity.hardening),
    },
    parties: Object.fromEntries(Object.entries(runbook.parties).map(([name, party]) => [name, party.title])),
  };
}

function phasesOf(
  runbook: Runbook,
  chosen: RunbookClass,
  partyFor: (party: string) => string,
  level: Level,
): Rules['phases'] {
  const rule = (phase: HeldPhase): PhaseRule => {
    const clock = chosen.clocks[phase];
    const terms = (level === 'unknown' ? undefined : clock.levels?.[level]) ?? clock;
    return {
      holder: partyFor(chosen.holders[phase]),
      acknowledgeMs: durationMs(terms.acknowledge),
      actMs: durationMs(terms.act),
      calendar: clock.calendar ?? null,
      ladder: ladderOf(runbook, chosen.ladders[phase], partyFor),
    };
  };
  return Object.fromEntries(HELD_PHASES.map((phase) => [phase, rule(phase)])) as Rules['phases'];
}

function ladderOf(runbook: Runbook, name: string, partyFor: (party: string) => string): LadderRule {
  const ladder = ownValue(runbook.ladders, name);
  if (ladder === undefined) throw new RangeError(`the runbook has no ladder "${name}"`);
  return {
    rungs: ladder.rungs.map(({ after, tell, person, rotation }) => ({
      afterMs: durationMs(after),
      tell: partyFor(tell),
      person: person ?? null,
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
    .filter(([, one]) => one.part === part && covers(one, identity))
    .map(([name, one]) => ({ name, party: one.party }));
}

const sourceOfTruth = (runbook: Runbook, identity: Identity): Executor | null =>
  executorsOf(runbook, identity, 'source-of-truth')[0] ?? null;

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
