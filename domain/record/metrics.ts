// How custody went in one incident, from its record alone: how long until acknowledged, contained, recovered, closed; who held it
// when; whom silence told. Pure, over lines whose chain holds. What has not happened is left out, never zero.
// A drill, or a class in observe mode, goes on without an act: that is no containment and no recovery, and none is counted.
import { FIRST_PHASE_RULE } from '../custody/hold.ts';
import type { EventData, EventType } from '../incident/event.ts';
import type { FollowUpEnd } from '../follow-up/follow-up.ts';
import { epochMs, type Instant } from '../instant/instant.ts';
import type { Plan } from '../plan/plan.schema.ts';
import { modeAfter, type ModeKnown, NO_MODE_YET } from './mode.ts';
import type { RecordedEvent } from './record.ts';

export interface Moment {
  at: Instant;
  /** Milliseconds since the incident opened, or since a drill became real. */
  afterMs: number;
  /** The party that held it. */
  holder: string;
}

/** One party has it, from `since` until the next one has accepted it. */
export interface HoldInterval {
  hold: string;
  party: string;
  /** Who acknowledged it; the last of them. */
  person?: string;
  since: Instant;
  acknowledgedAt?: Instant;
  /** Left out while it is held. */
  until?: Instant;
  heldMs?: number;
}

export interface HandOff {
  hold: string;
  from: string;
  to: string;
  by: 'rule' | 'silence' | 'person';
  offeredAt: Instant;
  /** Left out while nobody has answered. */
  answer?: 'accepted' | 'declined' | 'expired';
  person?: string;
  answeredAt?: Instant;
  /** From the offer to its answer. */
  afterMs?: number;
}

export interface Escalation {
  at: Instant;
  /** When it was to be. */
  due: Instant;
  what: 'rung' | 'silence' | 'climb';
  /** Who was told, or to whom silence offered it; null where silence left it where it was. */
  to: string | null;
  person: string | null;
  /** Told so late that its interval began anew. */
  late: boolean;
}

export interface CountedVote {
  at: Instant;
  gate: string;
  name: string;
  person: string;
  parties: string[];
  verdict: 'approve' | 'reject';
  /** Since the gate opened; a vote that came along with it counts from its own gate. */
  afterMs: number;
}

export interface Undone {
  at: Instant;
  step: string;
  does: string;
  /** Whose step it is. */
  party: string;
}

/** What had been seen dead was back. */
export interface Reopened {
  at: Instant;
  steps: string[];
  saw: string;
}

export interface Reminder {
  at: Instant;
  /** Whoever had taken it and made no progress (`holder`), or whoever keeps the outcome while another organisation has it. */
  what: 'holder' | 'outcome';
  to: string;
}

/** What was left to do, and how it ended. */
export interface FollowUpCounts {
  found: number;
  /** Their time was over before they had ended. */
  late: number;
  ended: Record<FollowUpEnd, number>;
}

/** What was put on before anybody had decided. */
export interface WithoutPeople {
  /** When it was seen: a restriction, and no containment. */
  seen?: Moment;
  /** Ordered because the class says so, or because everybody was silent. */
  begun: Record<'class' | 'silence', number>;
  /** The executor asked that people decide; by check. */
  refused: Record<string, number>;
  withdrawn: number;
  /** Wearers that no executor of this incident cut. */
  strangers: number;
}

/** What two people agreed to weaken, and how often one approved alone. */
export interface Weakened {
  paused: number;
  lowered: number;
  waived: number;
  takenBack: number;
  glassBroken: number;
}

export interface CustodyMetrics {
  incident: string;
  firstRun: string;
  /** The last one; left out until the rules are known. */
  class?: string;
  mode?: string;
  drill: boolean;
  openedAt: Instant;
  /** Counted from here: the opening, or when a drill became real. */
  countedFrom: Instant;
  outcome: 'open' | 'closed' | 'forwarded';
  closedAs?: string;
  acknowledged?: Moment;
  contained?: Moment;
  recovered?: Moment;
  /** From the first cut until the new credential was seen at work; 0 where that came first. Left out where nothing was cut or replaced. */
  interruptedSeconds?: number;
  closed?: Moment;
  holds: HoldInterval[];
  handOffs: HandOff[];
  escalations: Escalation[];
  /** Of them, those told late. */
  lateRungs: number;
  votes: CountedVote[];
  /** By code. */
  refusals: Record<string, number>;
  undone: Undone[];
  reopened: Reopened[];
  reminders: Reminder[];
  /** Approved plans that were no more what is to be done, so that people were asked again. */
  changedPlans: number;
  /** Plans that could not be carried out in time. */
  lapsedPlans: number;
  /** Hard deadlines that came before what stood before them was seen. */
  hardDeadlines: number;
  /** Steps whose own time was over before they were done. */
  lateSteps: number;
  followUps: FollowUpCounts;
  weakened: Weakened;
  withoutPeople: WithoutPeople;
}

interface Reading {
  metrics: CustodyMetrics;
  at: Instant;
  gates: Map<string, { name: string; openedAt: Instant }>;
  plans: Map<string, Plan>;
  approved: Plan | null;
  /** Laid down beside the plans of people. */
  automatic: Plan | null;
  skipped: boolean;
  mode: ModeKnown;
  late: Set<string>;
}

type Reader<T extends EventType> = (data: EventData[T], reading: Reading) => void;

/** Lines of other types change nothing that is counted. */
const READERS: { [T in EventType]?: Reader<T> } = {
  becameReal(_, reading) {
    const { metrics, at } = reading;
    metrics.drill = false;
    metrics.countedFrom = at;
    delete metrics.acknowledged;
    delete metrics.contained;
    delete metrics.recovered;
    delete metrics.interruptedSeconds;
    // Whoever took a drill has not taken this.
    const hold = current(metrics);
    delete hold.person;
    delete hold.acknowledgedAt;
    Object.assign(reading, { approved: null, skipped: false });
  },
  rulesResolved({ rules }, { metrics }) {
    metrics.class = rules.class;
  },
  plansMade({ plans, automatic }, reading) {
    reading.automatic = automatic?.plan ?? reading.automatic;
    reading.plans = new Map(plans.map(({ hash, plan }) => [hash, plan]));
  },
  planApproved({ plan }, reading) {
    reading.approved = reading.plans.get(plan) ?? null;
    reading.skipped = false;
  },
  acknowledged({ hold, person }, { metrics, at }) {
    const held = current(metrics);
    // An offer that is accepted is told by the hand-off that follows.
    if (hold !== held.hold) return;
    held.person = person;
    held.acknowledgedAt ??= at;
    metrics.acknowledged ??= moment(metrics, at);
  },
  offered({ hold, from, to, by }, { metrics, at }) {
    metrics.handOffs.push({ hold, from, to, by, offeredAt: at });
  },
  handedOff({ hold, to, person }, { metrics, at }) {
    answered(metrics, hold, 'accepted', at, person);
    ended(metrics, at);
    metrics.holds.push({ hold, party: to, person, since: at, acknowledgedAt: at });
    metrics.acknowledged ??= moment(metrics, at);
  },
  offerDeclined({ hold, person }, { metrics, at }) {
    answered(metrics, hold, 'declined', at, person);
  },
  offerExpired({ hold }, { metrics, at }) {
    answered(metrics, hold, 'expired', at);
  },
  phaseEntered(_, { metrics, at }) {
    // A new phase takes back what was offered in the one before.
    for (const { hold } of metrics.handOffs.filter((one) => one.answer === undefined))
      answered(metrics, hold, 'expired', at);
  },
  climbing({ due }, { metrics, at }) {
    const { party, person } = current(metrics);
    metrics.escalations.push({ at, due, what: 'climb', to: party, person: person ?? null, late: false });
  },
  rungTold({ to, person, due, late }, { metrics, at }) {
    metrics.escalations.push({ at, due, what: 'rung', to, person, late });
    if (late) metrics.lateRungs += 1;
  },
  silence({ to, due }, { metrics, at }) {
    metrics.escalations.push({ at, due, what: 'silence', to, person: null, late: false });
  },
  gateOpened({ gate, name }, { gates, at }) {
    gates.set(gate, { name, openedAt: at });
  },
  voted({ gate, person, parties, verdict }, { metrics, gates, at }) {
    const { name, openedAt } = gates.get(gate) ?? { name: gate, openedAt: at };
    metrics.votes.push({ at, gate, name, person, parties, verdict, afterMs: between(openedAt, at) });
  },
  stepSkipped(_, reading) {
    reading.skipped = true;
  },
  undoneFound({ step }, { metrics, approved, automatic, at }) {
    const known = (approved ?? automatic)?.steps.find(({ id }) => id === step);
    metrics.undone.push({ at, step, does: known?.does ?? step, party: known?.party ?? 'unknown' });
  },
  reopened({ steps, saw }, { metrics, at }) {
    metrics.reopened.push({ at, steps, saw });
  },
  contained(_, { metrics, skipped, at }) {
    if (!skipped) metrics.contained ??= moment(metrics, at);
  },
  recovered({ interruptedSeconds }, { metrics, skipped, at }) {
    if (skipped) return;
    metrics.recovered ??= moment(metrics, at);
    if (interruptedSeconds !== undefined) metrics.interruptedSeconds ??= interruptedSeconds;
  },
  reminded({ to }, { metrics, at }) {
    metrics.reminders.push({ at, what: 'holder', to });
  },
  inwardTold({ to }, { metrics, at }) {
    metrics.reminders.push({ at, what: 'outcome', to });
  },
  planChanged(_, { metrics }) {
    metrics.changedPlans += 1;
  },
  planLapsed(_, { metrics }) {
    metrics.lapsedPlans += 1;
  },
  deadlineCame(_, { metrics }) {
    metrics.hardDeadlines += 1;
  },
  stepOverdue(_, { metrics }) {
    metrics.lateSteps += 1;
  },
  followUpsFound({ followUps }, { metrics }) {
    metrics.followUps.found += followUps.length;
  },
  // Told again and again; late once.
  followUpDue({ id }, { metrics, late }) {
    late.add(id);
    metrics.followUps.late = late.size;
  },
  followUpEnded({ as }, { metrics: { followUps, weakened } }) {
    followUps.ended[as] += 1;
    if (as === 'waived') weakened.waived += 1;
  },
  automaticBegun({ by }, { metrics }) {
    metrics.withoutPeople.begun[by] += 1;
  },
  automaticRefused({ check }, { metrics: { withoutPeople } }) {
    const name = check ?? NO_CHECK;
    const before = Object.hasOwn(withoutPeople.refused, name) ? withoutPeople.refused[name] : undefined;
    withoutPeople.refused[name] = (before ?? 0) + 1;
  },
  automaticWithdrawn(_, { metrics }) {
    metrics.withoutPeople.withdrawn += 1;
  },
  automaticSeen(_, { metrics, at }) {
    metrics.withoutPeople.seen ??= moment(metrics, at);
  },
  strangersFound({ keys }, { metrics }) {
    metrics.withoutPeople.strangers += keys.length;
  },
  paused(_, { metrics }) {
    metrics.weakened.paused += 1;
  },
  undoApproved(_, { metrics }) {
    metrics.weakened.takenBack += 1;
  },
  glassBroken(_, { metrics }) {
    metrics.weakened.glassBroken += 1;
  },
  lowered(_, { metrics }) {
    metrics.weakened.lowered += 1;
  },
  refused({ code }, { metrics }) {
    const before = Object.hasOwn(metrics.refusals, code) ? metrics.refusals[code] : undefined;
    metrics.refusals[code] = (before ?? 0) + 1;
  },
  closed({ as }, { metrics, at }) {
    metrics.outcome = 'closed';
    metrics.closedAs = as;
    metrics.closed = moment(metrics, at);
    ended(metrics, at);
  },
  forwarded(_, { metrics, at }) {
    metrics.outcome = 'forwarded';
    ended(metrics, at);
  },
};

/** Throws `RangeError` where the record does not begin with its opening. */
export function metricsOf(events: readonly RecordedEvent[]): CustodyMetrics {
  const [first] = events;
  if (first?.type !== 'opened') throw new RangeError('a record begins with the opening of its incident');
  const reading: Reading = {
    metrics: opening(first.data as EventData['opened'], first.at),
    at: first.at,
    gates: new Map(),
    plans: new Map(),
    approved: null,
    automatic: null,
    skipped: false,
    mode: NO_MODE_YET,
    late: new Set(),
  };
  for (const { type, data, at } of events.slice(1)) {
    reading.at = at;
    reading.mode = modeAfter(reading.mode, type as EventType, data as EventData[EventType]);
    if (!Object.hasOwn(READERS, type)) continue;
    const read = READERS[type as EventType] as Reader<EventType>;
    read(data as EventData[EventType], reading);
  }
  const { metrics, mode } = reading;
  if (mode.mode !== null) metrics.mode = mode.mode;
  return metrics;
}

/** Every incident begins with the SOC (FIRST_PHASE_RULE), before the runbook is read. */
const opening = ({ incident, firstRun, detection }: EventData['opened'], at: Instant): CustodyMetrics => ({
  incident,
  firstRun,
  drill: detection.isSample,
  openedAt: at,
  countedFrom: at,
  outcome: 'open',
  holds: [{ hold: 'hold-1', party: FIRST_PHASE_RULE.holder, since: at }],
  handOffs: [],
  escalations: [],
  lateRungs: 0,
  votes: [],
  refusals: {},
  undone: [],
  reopened: [],
  reminders: [],
  changedPlans: 0,
  lapsedPlans: 0,
  hardDeadlines: 0,
  lateSteps: 0,
  followUps: { found: 0, late: 0, ended: { done: 0, ticketed: 0, waived: 0, void: 0 } },
  weakened: { paused: 0, lowered: 0, waived: 0, takenBack: 0, glassBroken: 0 },
  withoutPeople: { begun: { class: 0, silence: 0 }, refused: {}, withdrawn: 0, strangers: 0 },
});

/** An executor that names none. */
const NO_CHECK = '(no check)';

const between = (from: Instant, to: Instant): number => epochMs(to) - epochMs(from);

const moment = (metrics: CustodyMetrics, at: Instant): Moment => ({
  at,
  afterMs: between(metrics.countedFrom, at),
  holder: current(metrics).party,
});

function current({ holds }: CustodyMetrics): HoldInterval {
  const last = holds.at(-1);
  if (last === undefined) throw new RangeError('an incident has a holder from its first line');
  return last;
}

function ended(metrics: CustodyMetrics, at: Instant): void {
  const hold = current(metrics);
  hold.until = at;
  hold.heldMs = between(hold.since, at);
}

function answered(
  metrics: CustodyMetrics,
  hold: string,
  answer: 'accepted' | 'declined' | 'expired',
  at: Instant,
  person?: string,
): void {
  const offer = metrics.handOffs.find((one) => one.hold === hold && one.answer === undefined);
  if (offer === undefined) return;
  Object.assign(offer, { answer, answeredAt: at, afterMs: between(offer.offeredAt, at) });
  if (person !== undefined) offer.person = person;
}
