// What happens when a deadline has come: rungs are told, silence is answered, an acknowledged hold without progress climbs.
import { type Climb, LATE_MS, later, nextOnLadder } from '../custody/hold.ts';
import { epochMs, type Instant, inWords, plus } from '../instant/instant.ts';
import { offer } from './custody-moves.ts';
import { beginAlone } from './automatic-moves.ts';
import { whyNotAlone } from './without-people.ts';
import type { Deciding } from './decision.ts';
import { whatSilenceDoes } from './due.ts';
import { type Incident, phaseRule, title } from './incident.ts';
import { tellWhatIsDue } from './reminders.ts';

/** How long silence waits for the notifier before it is looked at again. */
const HEARD_AGAIN_MS = 30_000;

export function decideTick(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { climb, hold, paused } = incident;
  if (paused !== null) {
    if (paused.until <= now) resume(deciding, paused.until);
    return;
  }
  tellWhatIsDue(deciding);
  if (climb === null) {
    if (hold.actBy <= now) startClimb(deciding, 'noProgress', late(hold.actBy, now) ? now : hold.actBy);
    return;
  }
  const next = nextOnLadder(climb, phaseRule(incident).ladder);
  if (next.at > now) return;
  if (next.what === 'rung') tellRung(deciding, climb, next);
  else if (next.what === 'repeat') tellAgain(deciding, climb, next);
  else if (late(next.at, now)) tellLastAgain(deciding, climb, next.at);
  else if (unheard(incident, climb))
    deciding.add('silenceNotCounted', { due: next.at, until: plus(now, HEARD_AGAIN_MS) });
  else answerSilence(deciding, climb, next.at);
}

/** The clocks go on from where they stood. */
function resume(deciding: Deciding, due: Instant): void {
  deciding.add('resumed', { due });
  const { incident } = deciding;
  deciding.tell(incident.hold.party, `${incident.title}: the pause is over, the clocks run again.`);
}

/** Also when an executor is absent: an order that nobody takes up is a holder that is silent. */
export function startClimb(deciding: Deciding, reason: Climb['reason'], due: Instant): void {
  const { incident } = deciding;
  deciding.add('climbing', { reason, due, endsAt: plus(due, phaseRule(incident).acknowledgeMs) });
  const why = reason === 'trouble' ? 'it does not go on' : `no progress by ${due}`;
  deciding.tell(incident.hold.party, `${incident.title}: ${why}. See what is waited for:`, {
    answer: 'show',
  });
}

const late = (due: Instant, now: Instant): boolean => epochMs(now) - epochMs(due) > LATE_MS;

/** Silence counts only once every notice of this climb was delivered or has failed. */
const unheard = (incident: Incident, climb: Climb): boolean =>
  incident.notices.some((notice) => notice.at >= climb.startedAt);

function tellRung(
  deciding: Deciding,
  climb: Climb,
  next: { at: Instant; rung: number; tell: string; person: string | null },
): void {
  const { incident, now } = deciding;
  const isLate = late(next.at, now);
  const shiftMs = isLate ? epochMs(now) - epochMs(next.at) : 0;
  const climbed = { ...later(climb, shiftMs), rung: next.rung + 1 };
  deciding.add('rungTold', {
    rung: next.rung,
    to: next.tell,
    person: next.person,
    due: next.at,
    late: isLate,
    climb: climbed,
  });
  const says = announcement(incident, climbed.endsAt, now);
  deciding.tell(next.tell, says, { person: next.person, answer: 'ack' });
  // Whoever it is offered to hears it too: the rung is above them, not instead of them.
  const offeredTo = incident.offer?.to;
  if (offeredTo !== undefined && offeredTo !== next.tell) deciding.tell(offeredTo, says, { answer: 'ack' });
}

function tellAgain(
  deciding: Deciding,
  climb: Climb,
  next: { at: Instant; tell: string; person: string | null },
): void {
  const { incident, now } = deciding;
  const rule = phaseRule(incident).ladder;
  const isLate = late(next.at, now);
  const repeatFrom = isLate ? now : next.at;
  const repeatAt = plus(repeatFrom, rule.repeatMs);
  const rung = rule.rungs.length - 1;
  deciding.add('rungTold', {
    rung,
    to: next.tell,
    person: next.person,
    due: next.at,
    late: isLate,
    climb: { ...climb, repeatAt, repeatFrom, repeatTo: null },
  });
  const says = announcement(incident, null, now);
  deciding.tell(next.tell, says, { person: next.person, answer: 'ack' });
  if (incident.hold.party !== next.tell) deciding.tell(incident.hold.party, says, { answer: 'ack' });
}

/** The end was missed by an outage: the last rung is announced again and its interval begins anew. */
function tellLastAgain(deciding: Deciding, climb: Climb, due: Instant): void {
  const { incident, now } = deciding;
  const ladder = phaseRule(incident).ladder;
  const last = ladder.rungs[climb.rung - 1];
  const toldAt = plus(climb.startedAt, last?.afterMs ?? 0);
  const endsAt = plus(now, Math.max(epochMs(climb.endsAt) - epochMs(toldAt), LATE_MS));
  const to = last?.tell ?? incident.hold.party;
  const person = last?.person ?? null;
  const startedAt = plus(now, -(last?.afterMs ?? 0));
  deciding.add('rungTold', {
    rung: Math.max(0, climb.rung - 1),
    to,
    person,
    due,
    late: true,
    climb: { ...climb, startedAt, endsAt },
  });
  deciding.tell(to, announcement(incident, endsAt, now), { person, answer: 'ack' });
}

function answerSilence(deciding: Deciding, climb: Climb, due: Instant): void {
  const { incident } = deciding;
  const { ladder } = phaseRule(incident);
  // A hand-off to whoever is silent already would change nothing: the next one counts.
  const held = [incident.hold.party, incident.offer?.to];
  const found = ladder.fallback.findIndex(
    (one, i) => i >= climb.fallback && (one.do !== 'hand-off' || !held.includes(one.to)),
  );
  const fallback = ladder.fallback[found];
  if (fallback === undefined || fallback.do === 'hold') {
    const repeatAt = plus(due, ladder.repeatMs);
    deciding.add('silence', { does: 'hold', to: null, due, next: ladder.fallback.length, repeatAt });
    if (incident.offer !== null)
      deciding.add('offerExpired', { hold: incident.offer.id, to: incident.offer.to });
    deciding.tell(
      incident.hold.party,
      `${incident.title}: nobody has answered. ${title(incident, incident.hold.party)} still holds it; ` +
        `it is told again every ${inWords(ladder.repeatMs)}. Answer:`,
      { answer: 'ack' },
    );
    return;
  }
  if (fallback.do === 'contain-reversible') {
    containInSilence(deciding, due, found + 1);
    return;
  }
  deciding.add('silence', { does: 'hand-off', to: fallback.to, due, next: found + 1, repeatAt: null });
  offer(deciding, fallback.to, 'nobody else has answered.', 'silence', null);
}

/** The next fallback comes at once: that something is put on, if it is, does not mean that anybody has it. */
function containInSilence(deciding: Deciding, due: Instant, next: number): void {
  deciding.add('silence', { does: 'contain-reversible', to: null, due, next, repeatAt: null });
  const { incident } = deciding;
  const why = whyNotAlone(incident);
  if (why === null) beginAlone(deciding, 'silence');
  const says =
    why === null
      ? 'nobody has answered, so what can be taken back is put on now, if the executor lets it be without people.'
      : `nobody has answered, and nothing is put on without people: ${why}`;
  deciding.tell(incident.hold.party, `${incident.title}: ${says}`);
}

function announcement(incident: Incident, endsAt: Instant | null, now: Instant): string {
  const who = title(incident, incident.offer?.to ?? incident.hold.party);
  const until =
    endsAt === null || endsAt <= now
      ? ''
      : ` In ${inWords(epochMs(endsAt) - epochMs(now))} ${whatSilenceDoes(incident)}.`;
  return `${incident.title}: ${who} has not answered.${until} Answer:`;
}
