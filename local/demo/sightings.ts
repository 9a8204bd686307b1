// What was seen of one credential's use: the last time that it worked, the first time that it was refused. A call without an
// answer proves nothing and is left out. Pure.
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { Sighting } from './attempt.ts';

export interface Use {
  /** Calls that were answered. */
  tries: number;
  works: number;
  lastWorked: Instant | null;
  /** Refused for the first time after it had worked. */
  firstRefused: Instant | null;
  /** The first call that worked after that. */
  workedAgain: Instant | null;
  /** Refused at or after this instant. */
  refusedSince(at: Instant): number;
}

export function useOf(sightings: readonly Sighting[], by: string): Use {
  const answered = sightings.filter((one) => one.by === by && one.answer !== 'no answer');
  const worked = answered.filter(({ answer }) => answer === 'works');
  const first = worked[0]?.at ?? null;
  const refused = answered.filter(({ answer, at }) => answer !== 'works' && first !== null && at >= first);
  const firstRefused = refused[0]?.at ?? null;
  return {
    tries: answered.length,
    works: worked.length,
    lastWorked: worked.at(-1)?.at ?? null,
    firstRefused,
    workedAgain: worked.find(({ at }) => firstRefused !== null && at > firstRefused)?.at ?? null,
    refusedSince: (at) => refused.filter((one) => one.at >= at).length,
  };
}

/** From the first refusal to the first work after it, in seconds; null where it was not interrupted or has not recovered. */
export function interruptionSeconds({ firstRefused, workedAgain }: Use): number | null {
  return firstRefused === null || workedAgain === null
    ? null
    : (epochMs(workedAgain) - epochMs(firstRefused)) / 1_000;
}

/** A line of thief or service; null for anything else that a process may say. */
export function sightingIn(line: string): Sighting | null {
  try {
    const found = JSON.parse(line) as Partial<Sighting> | null;
    const { at, by, accessKeyId, answer } = found ?? {};
    if (at === undefined || by === undefined || accessKeyId === undefined || answer === undefined)
      return null;
    return { at, by, accessKeyId, answer };
  } catch {
    return null;
  }
}
