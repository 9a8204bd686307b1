// What was said and answered, kept so that a repetition gets the same answer.
import type { Instant } from '../../instant/instant.ts';
import type { Said } from '../event.ts';
import type { Answer, Incident } from '../incident.ts';

/** The statement is remembered with what was answered. Words that nobody proved use up no id. */
export function heard(incident: Incident, said: Said | null, says: string, at: Instant): Incident {
  if (said === null || said.saying === null || said.assurance === 'told') return incident;
  const answer: Answer = { accepted: true, says, seq: incident.seq };
  return {
    ...incident,
    said: remembering(incident.said, saidKey(said.person, said.jti), said.exp, answer, at),
  };
}

/** Ids are their speaker's: nobody can use up another's. */
export const saidKey = (person: string, jti: string): string => `${person}:${jti}`;

export function remembering(
  said: Incident['said'],
  id: string,
  exp: number,
  answer: Answer,
  at: Instant,
): Incident['said'] {
  if (said[id] !== undefined) return said;
  const now = Date.parse(at) / 1_000;
  const live = Object.entries(said).filter(([, one]) => one.exp >= now);
  const own = live.filter(([other]) => speakerOf(other) === speakerOf(id));
  const over = new Set(own.slice(0, Math.max(0, own.length + 1 - SAID_KEPT)).map(([other]) => other));
  return Object.fromEntries([...live.filter(([other]) => !over.has(other)), [id, { exp, answer }]]);
}

/** So many of one speaker: whoever floods pushes out their own words, and nobody else's. */
const SAID_KEPT = 50;
const speakerOf = (id: string): string => id.slice(0, id.indexOf(':'));
