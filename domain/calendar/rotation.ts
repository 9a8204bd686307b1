// Who is on call. Pure, of parsed rotations; called from activities alone, because zone data differs between versions of Node.
// At every instant it is one person: nobody is passed over, and there is no moment between two turns.
import { durationMs, epochMs, type Instant, instant } from '../instant/instant.ts';
import type { Rotation } from './calendar.schema.ts';
import { readWall, type Wall } from './wall.ts';
import { firstShowing, wallAt } from './zone.ts';

/**
 * Who is on call at this instant: who stands in, else whose turn it is. Before the rotation starts it is the first person already,
 * because an incident cannot wait for the start.
 */
export function onCall(rotation: Rotation, at: Instant): string {
  return personAt(read(rotation), epochMs(at));
}

/** When somebody else is on call next, or null where that never happens (one person alone, with no stand-in ahead). */
export function until(rotation: Rotation, at: Instant): Instant | null {
  const roster = read(rotation);
  const person = personAt(roster, epochMs(at));
  let change = nextChange(roster, epochMs(at));
  while (change !== null && personAt(roster, change) === person) change = nextChange(roster, change);
  return change === null ? null : instant(change);
}

/** A rotation with its texts read. */
interface Roster {
  zone: string;
  start: Wall;
  lengthMs: number;
  people: readonly string[];
  /** In epoch milliseconds; `to` no longer. */
  standIns: readonly { from: number; to: number; person: string }[];
}

const read = ({ zone, start, length, people, overrides }: Rotation): Roster => ({
  zone,
  start: readWall(start),
  lengthMs: durationMs(length),
  people,
  standIns: overrides.map(({ from, to, person }) => ({
    from: firstShowing(zone, readWall(from)),
    to: firstShowing(zone, readWall(to)),
    person,
  })),
});

function personAt(roster: Roster, ms: number): string {
  const { people } = roster;
  const person = standInAt(roster, ms) ?? people[turnAt(roster, ms) % people.length];
  if (person === undefined) throw new RangeError('a rotation needs at least one person');
  return person;
}

/** Where two overlap, the one further down: it was written knowing the other. */
const standInAt = ({ standIns }: Roster, ms: number): string | undefined =>
  standIns.findLast(({ from, to }) => from <= ms && ms < to)?.person;

/**
 * The number of the turn, from zero. A hand-over is at its hour by the clock on the wall, in summer and winter: at the first of two such
 * hours, and where the hour is skipped, when the clocks are set. (Where a whole day is skipped, as in Samoa in 2011, so is a turn that
 * is no longer than it: that day never was.)
 */
function turnAt(roster: Roster, ms: number): number {
  const sinceStart = wallAt(roster.zone, ms) - roster.start;
  let turn = Math.max(0, Math.floor(sinceStart / roster.lengthMs));
  // A clock that was set back shows the time before a hand-over again: whoever took over stays.
  while (beginOf(roster, turn + 1) <= ms) turn += 1;
  return turn;
}

const beginOf = ({ zone, start, lengthMs }: Roster, turn: number): number =>
  firstShowing(zone, start + turn * lengthMs);

/**
 * The next instant at which who is on call may change, or null. Ends of turns that change nothing are left out: a search
 * among them would be long, or never end.
 */
function nextChange(roster: Roster, ms: number): number | null {
  const changes = roster.standIns.flatMap(({ from, to }) => [from, to]).filter((edge) => edge > ms);
  const alone = new Set(roster.people).size === 1;
  if (!alone && standInAt(roster, ms) === undefined) changes.push(beginOf(roster, turnAt(roster, ms) + 1));
  return changes.length === 0 ? null : Math.min(...changes);
}
