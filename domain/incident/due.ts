// What is due next on an incident, and what happens then if nobody does anything: said alike in views and in notices. Pure.
import { nextOnLadder } from '../custody/hold.ts';
import type { Instant } from '../instant/instant.ts';
import { whyNotAlone } from './without-people.ts';
import { type Incident, phaseRule, title } from './incident.ts';

export interface Due {
  at: Instant;
  then: string;
}

export function dueOf(incident: Incident, now: Instant): Due {
  const { climb, hold, offer } = incident;
  const who = title(incident, offer?.to ?? hold.party);
  if (incident.outcome !== 'open') return { at: now, then: 'nothing more is due' };
  if (incident.paused !== null) return { at: incident.paused.until, then: 'the clocks run again' };
  if (climb === null)
    return {
      at: hold.actBy,
      then: `${title(incident, hold.party)} and those above are told that there was no progress`,
    };
  const next = nextOnLadder(climb, phaseRule(incident).ladder);
  if (next.what === 'fallback') return { at: next.at, then: whatSilenceDoes(incident) };
  return {
    at: next.at,
    then: `${title(incident, next.tell)} is told that ${who} has not answered; at ${climb.endsAt} ${whatSilenceDoes(incident)}`,
  };
}

/** Plain words for the end of the ladder that is being climbed. */
export function whatSilenceDoes(incident: Incident): string {
  return inSilence(incident, incident.climb?.fallback ?? 0);
}

function inSilence(incident: Incident, at: number): string {
  const next = phaseRule(incident).ladder.fallback[at];
  if (next?.do === 'contain-reversible') {
    const rest = inSilence(incident, at + 1);
    return whyNotAlone(incident) === null
      ? `what can be taken back is put on, if the executor lets it be without people, and ${rest}`
      : rest;
  }
  if (next === undefined || next.do === 'hold')
    return `${title(incident, incident.hold.party)} keeps it and is told again and again`;
  return `it is offered to ${title(incident, next.to)}`;
}
