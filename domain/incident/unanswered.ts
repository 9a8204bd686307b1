// What would happen in each phase if nobody ever answered: the decider itself, run forward on an incident that was never opened.
// So a forecast says exactly what an incident does. Pure; it assumes that every notice is delivered and that no outage comes between.
import type { Detection } from '../detection/detection.schema.ts';
import { type Identity, keyOf, WORKFLOW_ID_PREFIX } from '../identity/identity.ts';
import { type Instant, plus } from '../instant/instant.ts';
import type { Instants } from '../custody/hold.ts';
import type { HeldPhase, PhaseRule, Rules } from '../runbook/rules.ts';
import { enterPhase } from './custody-moves.ts';
import { decide, open } from './decide.ts';
import { Deciding } from './decision.ts';
import type { IncidentEvent } from './event.ts';
import { type Incident, phaseRule } from './incident.ts';
import { wanted } from './wanted.ts';

/** What silence brings, in order. `at` is the exact instant at which it is due. */
export type Moment = { at: Instant } & (
  | { what: 'told'; party: string; person: string | null }
  | { what: 'climbs'; party: string }
  | { what: 'offered'; to: string }
  /** What can be taken back is put on, where the executor's own policy lets it be. */
  | { what: 'contains' }
  /** The end: `party` keeps it and is told again and again. */
  | { what: 'held'; party: string; everyMs: number }
);

export interface Unanswered {
  phase: HeldPhase;
  /** Who has it while nobody answers. */
  holder: string;
  /** Whom it is offered to when the phase begins; null where the holder has it already. */
  offeredTo: string | null;
  /** null where the phase passes to a party that has acknowledged already: then only the act clock runs. */
  acknowledgeBy: Instant | null;
  /** Of whoever takes it at once. */
  actBy: Instant;
  moments: Moment[];
}

export interface Forecast {
  identity: Identity;
  detection: Detection;
  rules: Rules;
  /** What calendars and rotations make of a hold or climb: the activity's own rule. */
  instants: (since: Instant, rule: PhaseRule) => Instants;
}

const PHASES: readonly HeldPhase[] = ['triage', 'containment', 'recovery', 'hardening'];

/** A ladder has few rungs and fallbacks; to pass this is a defect, and a thrown error beats a silent loop. */
const MOST_STEPS = 200;

/** Each phase as if it began at `now`, with whoever held the phase before it still there. */
export function unanswered(about: Forecast, now: Instant): Unanswered[] {
  return PHASES.map((phase, i) => inPhase(about, phase, PHASES[i - 1] ?? null, now));
}

function inPhase(about: Forecast, phase: HeldPhase, before: HeldPhase | null, now: Instant): Unanswered {
  const began = before === null ? begun(about, now) : entered(begun(about, now), before, phase, now);
  const timed = withTimes(began, about, now);
  const { hold, offer, climb } = timed;
  return {
    phase,
    holder: hold.party,
    offeredTo: offer?.to ?? null,
    acknowledgeBy: climb?.endsAt ?? null,
    actBy: climb === null ? hold.actBy : about.instants(now, phaseRule(timed)).actBy,
    moments: inSilence(timed, about),
  };
}

/** Just opened, with the runbook read at once. */
function begun({ identity, detection, rules }: Forecast, now: Instant): Incident {
  const incident = WORKFLOW_ID_PREFIX + keyOf(identity);
  const start = { incident, firstRun: 'forecast', identity, detection, forwardTo: null };
  return new Deciding(open(start, now).incident, now)
    .add('rulesResolved', { rules, known: 'forecast' })
    .done().incident;
}

function entered(incident: Incident, before: HeldPhase, phase: HeldPhase, now: Instant): Incident {
  const rule = phaseRule(incident, before);
  const taken = { hold: incident.hold.id, to: rule.holder, person: 'somebody', actBy: plus(now, rule.actMs) };
  const deciding = new Deciding(incident, now).add('handedOff', taken);
  enterPhase(deciding, phase, 'forecast');
  return deciding.done().incident;
}

function inSilence(began: Incident, about: Forecast): Moment[] {
  const moments: Moment[] = [];
  let incident = began;
  for (let step = 0; step < MOST_STEPS; step++) {
    const at = wanted(incident, incident.openedAt).deadline;
    if (at === null) return moments;
    incident = allHeard(incident, at);
    const { events, incident: next } = decide(incident, { type: 'tick' }, at);
    const made = events.flatMap((event) => momentOf(event, incident, at));
    moments.push(...made);
    incident = withTimes(next, about, at);
    if (made.some(({ what }) => what === 'held')) return moments;
  }
  throw new Error('a ladder does not come to its end');
}

function withTimes(incident: Incident, { instants }: Forecast, at: Instant): Incident {
  const effect = wanted(incident, at).effects.find(({ type }) => type === 'timetable');
  if (effect?.type !== 'timetable') return incident;
  return decide(
    incident,
    { type: 'timed', effect: effect.id, instants: instants(effect.since, effect.rule) },
    at,
  ).incident;
}

const allHeard = (incident: Incident, at: Instant): Incident =>
  incident.notices.reduce(
    (state, { id }) => decide(state, { type: 'notified', effect: id }, at).incident,
    incident,
  );

function momentOf(event: IncidentEvent, before: Incident, at: Instant): Moment[] {
  switch (event.type) {
    case 'rungTold':
      return [{ at, what: 'told', party: event.data.to, person: event.data.person }];
    case 'climbing':
      return [{ at, what: 'climbs', party: before.hold.party }];
    case 'silence': {
      const { does, to } = event.data;
      if (does === 'contain-reversible') return [{ at, what: 'contains' }];
      if (does === 'hand-off' && to !== null) return [{ at, what: 'offered', to }];
      return [{ at, what: 'held', party: before.hold.party, everyMs: phaseRule(before).ladder.repeatMs }];
    }
    default:
      return [];
  }
}
