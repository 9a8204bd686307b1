// What an incident in observe mode would have done: steps, whose and with which permissions, by when, who would have had to approve,
// what stood in the way, and who was told. Pure, from a record whose chain holds. It claims no act: in observe mode there is none.
import { FIRST_PHASE_RULE } from '../custody/hold.ts';
import type { EventData, EventType } from '../incident/event.ts';
import { earliest, type Instant, plus } from '../instant/instant.ts';
import type { Plan, Step } from '../plan/plan.schema.ts';
import { runsIn } from '../plan/progress.ts';
import type { Rules } from '../runbook/rules.ts';
import { modeAfter, type ModeKnown, NO_MODE_YET } from './mode.ts';
import type { RecordedEvent } from './record.ts';

export interface ObservedStep
  extends Pick<
    Step,
    'id' | 'kind' | 'verb' | 'phase' | 'does' | 'executor' | 'party' | 'permissions' | 'reversibility'
  > {
  gate: Step['gate'];
  /** Its party would have had to have done it by then; left out where its turn did not come and its phase did not begin. */
  doneBy?: Instant;
  /** Of a cut after a replacement: it would have gone then, whatever became of the replacement. */
  startBy?: Instant;
  /** An executor would have refused it after this. */
  notAfter: Instant;
  /** Of its permissions, those that its executor said it lacks. */
  missing: string[];
  /** Not before this long after the last stolen credential would have been seen dead. */
  after?: string;
  /** When it would have been taken; left out where it did not come to that. */
  skippedAt?: Instant;
  why?: string;
}

/** What an executor said of its own permissions. */
export interface ObservedPermissions {
  executor: string;
  at: Instant;
  missing: string[];
  /** Why it could not say, or null. */
  unknown: string | null;
}

export interface ObservedPlan {
  hash: string;
  strategy: Plan['strategy'];
  steps: ObservedStep[];
}

/** By when somebody had to take it, and to make progress. */
export interface ObservedDeadline {
  phase: string;
  party: string;
  since: Instant;
  acknowledgeBy: Instant;
  actBy: Instant;
}

export interface ObservedGate {
  name: string;
  quorum: number;
  parties: string[];
  /** Left out where the incident has not asked. */
  openedAt?: Instant;
  answered: 'met' | 'rejected' | 'lapsed' | 'open' | 'notAsked';
  votes: { person: string; parties: string[]; verdict: 'approve' | 'reject'; at: Instant }[];
}

export interface ObservedNotice {
  at: Instant;
  to: string;
  person: string | null;
  says: string;
  due: Instant;
  then: string;
  /** Left out while nothing is known of it. */
  delivered?: { at: Instant; channel: string | null };
  failed?: string;
}

export interface Observed {
  incident: string;
  firstRun: string;
  class: string | null;
  openedAt: Instant;
  closedAs: string | null;
  /** The plan that people approved. Where they did not, every plan that they were shown is among `plans`, and none is this. */
  approved: ObservedPlan | null;
  plans: ObservedPlan[];
  deadlines: ObservedDeadline[];
  gates: ObservedGate[];
  concerns: string[];
  /** Of the workers that the last plans are for, as far as each was asked. */
  permissions: ObservedPermissions[];
  notices: ObservedNotice[];
}

interface Reading {
  observed: Observed;
  at: Instant;
  mode: ModeKnown;
  /** Of `observed.plans`, by hash. */
  plans: Map<string, Plan>;
  approved: Plan | null;
  rules: Rules | null;
  gates: Map<string, ObservedGate>;
  notices: Map<string, ObservedNotice>;
}

type Reader<T extends EventType> = (data: EventData[T], reading: Reading) => void;

/** How a step that observe mode leaves out says so. */
const LEFT_OUT = /^observed\b/i;

const READERS: { [T in EventType]?: Reader<T> } = {
  rulesResolved({ rules }, reading) {
    const { observed } = reading;
    reading.rules = rules;
    observed.class = rules.class;
    const [first] = observed.deadlines;
    if (observed.deadlines.length === 1 && first !== undefined) {
      const { acknowledgeMs, actMs } = rules.phases.triage;
      first.acknowledgeBy = plus(first.since, acknowledgeMs);
      first.actBy = plus(first.since, actMs);
    }
  },
  // By calendars and rotations, where the class has them.
  timetableSet({ instants }, { observed }) {
    const last = observed.deadlines.at(-1);
    if (last === undefined) return;
    last.acknowledgeBy = instants.acknowledgeBy;
    last.actBy = instants.actBy;
  },
  plansMade({ plans, concerns }, reading) {
    const { observed } = reading;
    reading.plans = new Map(plans.map(({ hash, plan }) => [hash, plan]));
    observed.permissions = [];
    observed.plans = plans.map(({ hash, plan }) => planOf(hash, plan));
    observed.concerns = concerns;
  },
  preflighted({ executor, missing, unknown }, { observed, at }) {
    const others = observed.permissions.filter((one) => one.executor !== executor);
    observed.permissions = [...others, { executor, at, missing, unknown }];
  },
  planApproved({ plan }, reading) {
    const { observed } = reading;
    reading.approved = reading.plans.get(plan) ?? null;
    observed.approved = observed.plans.find(({ hash }) => hash === plan) ?? null;
  },
  planLapsed: (_, reading) => gone(reading),
  planChanged: (_, reading) => gone(reading),
  stepSkipped({ step, why }, { observed, at }) {
    const left = observed.approved?.steps.find(({ id }) => id === step);
    if (left !== undefined) Object.assign(left, { skippedAt: at, why });
  },
  phaseEntered({ phase, holder, acknowledgeBy, actBy }, { observed, at }) {
    observed.deadlines.push({ phase, party: holder, since: at, acknowledgeBy, actBy });
  },
  gateOpened({ gate, name, rule, votes }, { gates, at }) {
    const { quorum, parties } = rule;
    gates.set(gate, {
      name,
      quorum,
      parties,
      openedAt: at,
      answered: 'open',
      votes: votes.map(({ person, parties: of, verdict, at: then }) => ({
        person,
        parties: of,
        verdict,
        at: then,
      })),
    });
  },
  voted({ gate, person, parties, verdict }, { gates, at }) {
    gates.get(gate)?.votes.push({ person, parties, verdict, at });
  },
  gateMet: ({ gate }, { gates }) => answered(gates, gate, 'met'),
  gateRejected: ({ gate }, { gates }) => answered(gates, gate, 'rejected'),
  gateLapsed: ({ gate }, { gates }) => answered(gates, gate, 'lapsed'),
  told({ notice, to, person, says, due, then }, { notices, at }) {
    notices.set(notice, { at, to, person, says, due, then });
  },
  noticeDelivered({ notice, delivery }, { notices, at }) {
    const told = notices.get(notice);
    if (told !== undefined) told.delivered = { at: delivery?.at ?? at, channel: delivery?.channel ?? null };
  },
  noticeFailed({ notice, reason }, { notices }) {
    const told = notices.get(notice);
    if (told !== undefined) told.failed = reason;
  },
  discoverFailed({ reason }, { observed }) {
    observed.concerns = [reason];
  },
  closed({ as }, { observed }) {
    observed.closedAs = as;
  },
};

/** null: the incident is not in observe mode. Throws `RangeError` where the record does not begin with its opening. */
export function observedIn(events: readonly RecordedEvent[]): Observed | null {
  const [first] = events;
  if (first?.type !== 'opened') throw new RangeError('a record begins with the opening of its incident');
  const { incident, firstRun, acknowledgeBy, actBy } = first.data as EventData['opened'];
  const observed: Observed = {
    incident,
    firstRun,
    class: null,
    openedAt: first.at,
    closedAs: null,
    approved: null,
    plans: [],
    deadlines: [{ phase: 'triage', party: FIRST_PHASE_RULE.holder, since: first.at, acknowledgeBy, actBy }],
    gates: [],
    concerns: [],
    permissions: [],
    notices: [],
  };
  const reading: Reading = {
    observed,
    at: first.at,
    mode: NO_MODE_YET,
    plans: new Map(),
    approved: null,
    rules: null,
    gates: new Map(),
    notices: new Map(),
  };
  for (const { type, data, at } of events.slice(1)) {
    reading.at = at;
    reading.mode = modeAfter(reading.mode, type as EventType, data as EventData[EventType]);
    if (!Object.hasOwn(READERS, type)) continue;
    const read = READERS[type as EventType] as Reader<EventType>;
    read(data as EventData[EventType], reading);
  }
  // An incident that has left observe mode acts: then its record tells what was done, and this does not.
  if (reading.mode.mode !== 'observe' && !leftOut(observed)) return null;
  for (const { hash, steps } of [
    ...observed.plans,
    ...(observed.approved === null ? [] : [observed.approved]),
  ])
    for (const step of steps) completed(step, hash, reading);
  observed.gates = [...reading.gates.values(), ...notAsked(reading)];
  observed.notices = [...reading.notices.values()];
  return observed;
}

/** Also by its steps: whoever reads a record need not know how the rules name their modes. */
const leftOut = ({ approved }: Observed): boolean =>
  approved?.steps.some(({ why }) => why !== undefined && LEFT_OUT.test(why)) ?? false;

const planOf = (hash: string, { strategy, steps }: Plan): ObservedPlan => ({
  hash,
  strategy,
  steps: steps.map(
    ({
      id,
      kind,
      verb,
      phase,
      does,
      executor,
      party,
      permissions,
      reversibility,
      gate,
      notAfter,
      startBy,
      after,
    }) => ({
      id,
      kind,
      verb,
      phase,
      does,
      executor,
      party,
      permissions,
      reversibility,
      gate,
      notAfter,
      missing: [],
      ...(startBy === undefined ? {} : { startBy }),
      ...(after === undefined ? {} : { after }),
    }),
  ),
});

function gone(reading: Reading): void {
  reading.approved = null;
  reading.observed.approved = null;
}

/** What only the whole record says of a step. The time of its party runs from when its turn came, as it does where steps are taken. */
function completed(step: ObservedStep, hash: string, { observed, plans, approved, rules }: Reading): void {
  const plan = observed.approved?.hash === hash && approved !== null ? approved : plans.get(hash);
  const own = plan?.steps.filter(({ id }) => id === step.id) ?? [];
  const phase = plan === undefined ? step.phase : runsIn(plan, own);
  const began = observed.deadlines.findLast((one) => one.phase === phase);
  const turn =
    step.skippedAt === undefined || rules === null
      ? began?.actBy
      : plus(step.skippedAt, rules.phases[phase].actMs);
  if (turn !== undefined) step.doneBy = earliest(turn, step.startBy, step.notAfter) ?? turn;
  const lacking = observed.permissions.find(({ executor }) => executor === step.executor)?.missing ?? [];
  step.missing = step.permissions.filter((permission) => lacking.includes(permission));
}

function answered(
  gates: Map<string, ObservedGate>,
  gate: string,
  answer: 'met' | 'rejected' | 'lapsed',
): void {
  const asked = gates.get(gate);
  if (asked !== undefined) asked.answered = answer;
}

/** Who would have had to approve what it did not come to. */
function notAsked({ rules, gates }: Reading): ObservedGate[] {
  if (rules === null) return [];
  const asked = new Set([...gates.values()].map(({ name }) => name));
  return Object.entries(rules.gates)
    .filter(([name]) => !asked.has(name))
    .map(([name, { quorum, parties }]) => ({ name, quorum, parties, answered: 'notAsked', votes: [] }));
}
