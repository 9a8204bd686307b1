// The custody metrics of several incidents together, by class and by party. Pure. Drills and forwarded records are named and not
// counted: nothing was at stake in the one, and the other's incident is told by another record.
import { type Distribution, distributionOf } from './distribution.ts';
import type { CustodyMetrics, FollowUpCounts, Moment, Weakened } from './metrics.ts';

export interface Times {
  incidents: number;
  /** From the opening. A missing one has not happened in any of them. */
  acknowledge?: Distribution;
  contain?: Distribution;
  /** Until what was put on without people was seen. */
  withoutPeople?: Distribution;
  recover?: Distribution;
  /** Of the service, from the cut until the new credential was seen at work. */
  interrupt?: Distribution;
  close?: Distribution;
  escalations: number;
  lateRungs: number;
  /** What somebody undid and was applied again. */
  undone: number;
  /** How often what had been seen dead was back. */
  reopened: number;
  /** Of holders, and of whoever keeps the outcome. */
  reminders: number;
  changedPlans: number;
  lapsedPlans: number;
  hardDeadlines: number;
  lateSteps: number;
  followUps: FollowUpCounts;
  weakened: Weakened;
  /** How often it was left to people after all; by check of the executor. */
  leftToPeople: Record<string, number>;
  /** By code. */
  refusals: Record<string, number>;
  /** By what they were closed as. */
  closedAs: Record<string, number>;
}

export interface PartyTimes {
  /** Until it took what it was given: from the opening, or from an offer that it accepted. */
  take?: Distribution;
  /** Each of its holds that have ended. */
  held?: Distribution;
  /** From the opening, where it was the one who held it then. */
  contain?: Distribution;
  recover?: Distribution;
  declined: number;
  expired: number;
  /** How often a rung told it. */
  told: number;
  /** How often it was reminded of what it had taken, or of an outcome that it keeps. */
  reminded: number;
  votes: number;
  /** Its steps that were undone by somebody. */
  undone: number;
}

export interface ManyMetrics {
  records: number;
  counted: number;
  leftOut: { drills: number; forwarded: number };
  all: Times;
  byClass: Record<string, Times>;
  byParty: Record<string, PartyTimes>;
}

/** Until its rules are known an incident has no class. */
export const NO_CLASS = '(no class yet)';

export function metricsOfMany(records: readonly CustodyMetrics[]): ManyMetrics {
  const forwarded = records.filter(({ outcome }) => outcome === 'forwarded');
  const drills = records.filter((one) => one.drill && one.outcome !== 'forwarded');
  const counted = records.filter((one) => !one.drill && one.outcome !== 'forwarded');
  return {
    records: records.length,
    counted: counted.length,
    leftOut: { drills: drills.length, forwarded: forwarded.length },
    all: timesOf(counted),
    byClass: table(
      counted.map((one) => one.class ?? NO_CLASS),
      (name) => timesOf(counted.filter((one) => (one.class ?? NO_CLASS) === name)),
    ),
    byParty: table(counted.flatMap(partiesOf), (party) => partyTimesOf(party, counted)),
  };
}

/** Own rows by name, whatever the names are. */
const table = <T>(names: readonly string[], rowOf: (name: string) => T): Record<string, T> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, rowOf(name)]));

const partiesOf = ({ holds, handOffs, escalations, votes, undone, reminders }: CustodyMetrics): string[] => [
  ...holds.map(({ party }) => party),
  ...handOffs.map(({ to }) => to),
  ...escalations.flatMap(({ to }) => to ?? []),
  ...votes.flatMap(({ parties }) => parties),
  ...undone.map(({ party }) => party),
  ...reminders.map(({ to }) => to),
];

const after = (moments: readonly (Moment | undefined)[]): Distribution | undefined =>
  distributionOf(moments.flatMap((moment) => moment?.afterMs ?? []));

const interruptedMs = ({ interruptedSeconds }: CustodyMetrics): number[] =>
  interruptedSeconds === undefined ? [] : [interruptedSeconds * 1_000];

function timesOf(records: readonly CustodyMetrics[]): Times {
  const escalations = records.flatMap((one) => one.escalations);
  return {
    incidents: records.length,
    ...known('acknowledge', after(records.map(({ acknowledged }) => acknowledged))),
    ...known('contain', after(records.map(({ contained }) => contained))),
    ...known('withoutPeople', after(records.map(({ withoutPeople }) => withoutPeople.seen))),
    ...known('recover', after(records.map(({ recovered }) => recovered))),
    ...known('interrupt', distributionOf(records.flatMap(interruptedMs))),
    ...known('close', after(records.map(({ closed }) => closed))),
    escalations: escalations.length,
    lateRungs: sum(records.map(({ lateRungs }) => lateRungs)),
    undone: sum(records.map(({ undone }) => undone.length)),
    reopened: sum(records.map(({ reopened }) => reopened.length)),
    reminders: sum(records.map(({ reminders }) => reminders.length)),
    changedPlans: sum(records.map(({ changedPlans }) => changedPlans)),
    lapsedPlans: sum(records.map(({ lapsedPlans }) => lapsedPlans)),
    hardDeadlines: sum(records.map(({ hardDeadlines }) => hardDeadlines)),
    lateSteps: sum(records.map(({ lateSteps }) => lateSteps)),
    followUps: {
      found: sum(records.map(({ followUps }) => followUps.found)),
      late: sum(records.map(({ followUps }) => followUps.late)),
      ended: {
        done: sum(records.map(({ followUps }) => followUps.ended.done)),
        ticketed: sum(records.map(({ followUps }) => followUps.ended.ticketed)),
        waived: sum(records.map(({ followUps }) => followUps.ended.waived)),
        void: sum(records.map(({ followUps }) => followUps.ended.void)),
      },
    },
    weakened: {
      paused: sum(records.map(({ weakened }) => weakened.paused)),
      lowered: sum(records.map(({ weakened }) => weakened.lowered)),
      waived: sum(records.map(({ weakened }) => weakened.waived)),
      takenBack: sum(records.map(({ weakened }) => weakened.takenBack)),
      glassBroken: sum(records.map(({ weakened }) => weakened.glassBroken)),
    },
    leftToPeople: together(records.map(({ withoutPeople }) => withoutPeople.refused)),
    refusals: together(records.map(({ refusals }) => refusals)),
    closedAs: counts(records.flatMap(({ closedAs }) => closedAs ?? [])),
  };
}

function partyTimesOf(party: string, records: readonly CustodyMetrics[]): PartyTimes {
  const holds = records.flatMap((one) => one.holds).filter((one) => one.party === party);
  const offers = records.flatMap((one) => one.handOffs).filter(({ to }) => to === party);
  const heldThen = (moments: readonly (Moment | undefined)[]) =>
    after(moments.filter((moment) => moment?.holder === party));
  // Who took the first hold took it before anybody else could.
  const first = records
    .filter(({ holds: [opening] }) => opening?.party === party && opening.acknowledgedAt !== undefined)
    .flatMap(({ acknowledged }) => acknowledged?.afterMs ?? []);
  const accepted = offers
    .filter(({ answer }) => answer === 'accepted')
    .flatMap(({ afterMs }) => afterMs ?? []);
  return {
    ...known('take', distributionOf([...first, ...accepted])),
    ...known('held', distributionOf(holds.flatMap(({ heldMs }) => heldMs ?? []))),
    ...known('contain', heldThen(records.map(({ contained }) => contained))),
    ...known('recover', heldThen(records.map(({ recovered }) => recovered))),
    declined: offers.filter(({ answer }) => answer === 'declined').length,
    expired: offers.filter(({ answer }) => answer === 'expired').length,
    told: records.flatMap((one) => one.escalations).filter(({ what, to }) => what === 'rung' && to === party)
      .length,
    reminded: records.flatMap((one) => one.reminders).filter(({ to }) => to === party).length,
    votes: records.flatMap((one) => one.votes).filter(({ parties }) => parties.includes(party)).length,
    undone: records.flatMap((one) => one.undone).filter((one) => one.party === party).length,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const together = (many: readonly Record<string, number>[]): Record<string, number> =>
  counts(
    many.flatMap((one) => Object.entries(one).flatMap(([word, times]) => Array<string>(times).fill(word))),
  );

const counts = (words: readonly string[]): Record<string, number> =>
  table(words, (word) => words.filter((one) => one === word).length);

const known = <N extends string>(
  name: N,
  distribution: Distribution | undefined,
): { [name in N]?: Distribution } =>
  distribution === undefined ? {} : ({ [name]: distribution } as { [name in N]?: Distribution });
