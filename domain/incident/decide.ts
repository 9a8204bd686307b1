// One command, one outcome: what it does to an incident, or why it is refused. Pure and total.
import { FIRST_PHASE_RULE } from '../custody/hold.ts';
import { alertMark } from '../detection/alert.ts';
import type { Detection } from '../detection/detection.schema.ts';
import { type Identity, keyOf } from '../identity/identity.ts';
import { type Instant, plus } from '../instant/instant.ts';
import { SOC } from '../runbook/resolve.ts';
import type { Rules } from '../runbook/rules.ts';
import { refusal } from '../statement/refusal.ts';
import type { Command } from './command.ts';
import { enterPhase, offer } from './custody-moves.ts';
import { type Decision, Deciding } from './decision.ts';
import { decideApplied } from './decide-applied.ts';
import { decideChecked } from './decide-checked.ts';
import { decideDiscovered } from './decide-discovered.ts';
import { decideFailed } from './decide-failed.ts';
import { preflighted, recalled } from './decide-learned.ts';
import { decideSaid, refuse } from './decide-said.ts';
import { decideTick } from './decide-tick.ts';
import { decideWatched } from './decide-watched.ts';
import { event } from './event.ts';
import { opened } from './evolve/evolve.ts';
import { follow } from './follow/follow.ts';
import { BY_HAND } from '../gate/gate.ts';
import { clockOf, type Incident, knownFor, openGates, phaseRule, title } from './incident.ts';
import { changePlan } from './plan-moves.ts';
import { isUndoing } from './undoing.ts';
import { wanted } from './wanted.ts';

/** The incident's beginning. `forwardTo`: the run stands under another name than its identity's. */
export function open(
  start: {
    incident: string;
    firstRun: string;
    identity: Identity;
    detection: Detection;
    forwardTo: Identity | null;
  },
  now: Instant,
): Decision {
  const data = {
    ...start,
    acknowledgeBy: plus(now, FIRST_PHASE_RULE.acknowledgeMs),
    actBy: plus(now, FIRST_PHASE_RULE.actMs),
  };
  const first = event('opened', data);
  const deciding = new Deciding(opened(data, now), now);
  if (start.forwardTo === null) {
    deciding.tell(
      FIRST_PHASE_RULE.holder,
      `${deciding.incident.title} (${deciding.incident.level}): yours now. Answer:`,
      { answer: 'ack' },
    );
  }
  const decision = deciding.done();
  return { ...decision, events: [first, ...decision.events] };
}

export function decide(incident: Incident, command: Command, now: Instant): Decision {
  const deciding = new Deciding(incident, now);
  const answer = act(deciding, command);
  follow(deciding);
  return deciding.done(answer);
}

function act(deciding: Deciding, command: Command): Decision['answer'] {
  const { incident } = deciding;
  if (command.type === 'said')
    return decideSaid(deciding, command.message, command.digest, command.judgement);
  if (command.type === 'unheard')
    return refuse(deciding, command.message, refusal(command.code, command.reason), null, command.digest);
  if (incident.outcome !== 'open') {
    if (command.type === 'notified') delivered(deciding, command);
    else if (command.type === 'failed' && command.effect.startsWith('notice-'))
      decideFailed(deciding, command.effect, command.sort, command.reason);
    return null;
  }
  if (command.type === 'detect') join(deciding, command.detections);
  else if (command.type === 'tick') decideTick(deciding);
  else if (command.type === 'settleFailed') {
    if (!incident.concerns.includes(command.reason)) {
      deciding.add('settleFailed', { reason: command.reason });
      deciding.tell('soc', `${incident.title}: the record could not be stored: ${command.reason}`);
    }
  } else if (isAwaited(incident, command.effect, deciding.now)) answered(deciding, command);
  // A result that nobody waits for any more changes nothing.
  return null;
}

/** A notice is looked for first: there are many, and the rest need not be worked out for them. */
const isAwaited = (incident: Incident, id: string, now: Instant): boolean =>
  incident.notices.some((notice) => notice.id === id) ||
  wanted(incident, now).effects.some((effect) => effect.id === id);

function answered(deciding: Deciding, command: Extract<Command, { effect: string }>): void {
  const { incident } = deciding;
  if (command.type === 'resolved') resolved(deciding, command.rules);
  else if (command.type === 'recalled') recalled(deciding, command.earlier, null);
  else if (command.type === 'preflighted')
    preflighted(deciding, command.effect, command.missing, command.unknown);
  else if (command.type === 'timed') {
    deciding.add('timetableSet', { clock: clockOf(incident), instants: command.instants });
  } else if (command.type === 'discovered') decideDiscovered(deciding, command.effect, command.judgement);
  else if (command.type === 'applied')
    decideApplied(deciding, command.effect.split('#')[0] ?? '', command.judgement);
  else if (command.type === 'checked' && command.effect.startsWith('watch-'))
    decideWatched(deciding, command.effect, command.judgement);
  else if (command.type === 'checked') decideChecked(deciding, command.effect, command.judgement);
  else if (command.type === 'notified') delivered(deciding, command);
  else if (command.type === 'forwarded' && incident.forwardTo !== null)
    deciding.add('forwarded', { to: incident.forwardTo });
  else if (command.type === 'failed') decideFailed(deciding, command.effect, command.sort, command.reason);
}

/** Rules that are known better: another party may have it by them, and two may claim the identity. */
function resolved(deciding: Deciding, rules: Rules): void {
  const before = deciding.incident;
  deciding.add('rulesResolved', { rules, known: knownFor(before) });
  const { incident } = deciding;
  if (rules.claims.length > 1 && JSON.stringify(rules.claims) !== JSON.stringify(before.rules?.claims)) {
    const who = rules.claims.map((party) => title(incident, party)).join(' and ');
    deciding.tell(
      SOC,
      `${incident.title}: ${who} both count as its owner. Say whose it is, with custody assess --owner; until then its recovery is yours.`,
    );
  }
  const { holder } = phaseRule(incident);
  const former = before.rules === null ? holder : phaseRule(before).holder;
  if (former === holder) return;
  const why = 'by what is known now it is theirs.';
  if (incident.hold.party === holder) {
    // It was on its way to whom it does not belong any more.
    if (incident.offer?.to === former)
      deciding.add('offerExpired', { hold: incident.offer.id, to: incident.offer.to });
  } else if (incident.hold.party === former || incident.offer?.to === former)
    offer(deciding, holder, why, 'rule', null);
}

function delivered(deciding: Deciding, command: Extract<Command, { type: 'notified' }>): void {
  deciding.add('noticeDelivered', { notice: command.effect, delivery: command.delivery ?? null });
}

/** A line of the record stays small, however many alerts came together. */
const MOST_AT_ONCE = 20;

/** More alerts of the same identity. They can open or raise, never lower, pause or close. */
function join(deciding: Deciding, detections: readonly Detection[]): void {
  const { incident } = deciding;
  const known = new Set(incident.detections.seen);
  const fresh: Detection[] = [];
  for (const detection of detections) {
    const mark = alertMark(detection);
    if (!known.has(mark)) fresh.push(detection);
    known.add(mark);
  }
  // An alert in a state that is known already says nothing new: a start's own signal, a sender that repeats itself.
  if (fresh.length === 0) return;
  const becomesReal = incident.drill && fresh.some((one) => !one.isSample);
  if (becomesReal) deciding.add('becameReal', {});
  for (let i = 0; i < fresh.length; i += MOST_AT_ONCE)
    deciding.add('detectionJoined', { detections: fresh.slice(i, i + MOST_AT_ONCE) });
  const named = fresh
    .flatMap((one) => one.credentialId ?? [])
    .filter((id) => !incident.detections.credentials.includes(id));
  if (saysMore(incident, deciding.incident)) {
    lapseWhatWasLighter(deciding);
    if (isUndoing(deciding.incident))
      changePlan(deciding, [], 'an alert says more than was known, so nothing more is undone.');
  }
  if (becomesReal) {
    for (const gate of openGates(deciding.incident).filter(({ name }) => name !== 'review')) {
      deciding.add('gateLapsed', {
        gate: gate.id,
        name: gate.name,
        why: 'a real alert came: this is no drill any more',
      });
    }
    enterPhase(deciding, 'triage', 'a real alert joined what was a drill.');
    deciding.tell(
      deciding.incident.hold.party,
      `${incident.title}: a real alert joined what was a drill. It begins anew:`,
      { answer: 'ack' },
    );
  } else if (named.length > 0 && incident.approved !== null && !isFull(incident)) {
    const [few, more] = [named.slice(0, NAMED), named.length - NAMED];
    const names = `${few.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const last = isFull(deciding.incident) ? ' More of them are not told one by one.' : '';
    deciding.tell(
      incident.hold.party,
      `${incident.title}: another alert names ${names}, which the approved plan does not know. It is looked at again.${last}`,
    );
  }
}

const NAMED = 5;
const TOLD_ONE_BY_ONE = 20;

/** So many credentials that more would only be noise: the record has them all. */
const isFull = ({ detections }: Incident): boolean => detections.credentials.length >= TOLD_ONE_BY_ONE;

/** It is graver, or about more, than those who judged it knew. */
const saysMore = (before: Incident, now: Incident): boolean =>
  before.level !== now.level ||
  before.facts.length !== now.facts.length ||
  before.exposed.length !== now.exposed.length ||
  now.detections.credentials.some((id) => !before.detections.credentials.includes(id));

/** What people were about to set aside or to lower is asked about anew. */
function lapseWhatWasLighter(deciding: Deciding): void {
  for (const gate of openGates(deciding.incident)) {
    const setsAside = gate.name === 'close' && gate.plan === null && gate.closesAs !== BY_HAND;
    if (!setsAside && gate.name !== 'lower' && gate.name !== 'undo') continue;
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why: 'an alert says more than was known' });
    for (const party of gate.rule.parties)
      deciding.tell(
        party,
        `${deciding.incident.title}: an alert says more than was known, so ${gate.id} is asked anew.`,
      );
  }
}

/** Whether a run of this name is the incident of that identity. */
export const isItsOwn = (incident: string, identity: Identity): boolean =>
  incident === `incident/${keyOf(identity)}`;
