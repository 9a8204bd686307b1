// Custody metrics, as people read them: one incident, and many together. Pure.
import type { Distribution } from '../../domain/record/distribution.ts';
import type { ManyMetrics, PartyTimes, Times } from '../../domain/record/metrics-of-many.ts';
import type {
  CustodyMetrics,
  FollowUpCounts,
  HandOff,
  HoldInterval,
  Moment,
  Weakened,
  WithoutPeople,
} from '../../domain/record/metrics.ts';
import { inWords } from '../../domain/instant/instant.ts';
import { columns, indented } from './columns.ts';

export function incidentMetricsLines(metrics: CustodyMetrics): string[] {
  const { class: name, mode, drill, outcome, closedAs, refusals, escalations, lateRungs } = metrics;
  const { undone, reopened } = metrics;
  const is = closedAs === undefined ? outcome : `closed as ${closedAs}`;
  const observed = mode === 'observe' ? ', only observed' : '';
  return [
    `${metrics.incident}${drill ? ' (a drill: nothing is cut)' : ''}`,
    ...indented([
      ...columns([
        ['class', `${name ?? 'not known yet'}${observed}`],
        ['opened', metrics.openedAt],
        ...(metrics.countedFrom === metrics.openedAt ? [] : [['became real', metrics.countedFrom]]),
        ['now', is],
        ['acknowledged', momentSays(metrics.acknowledged)],
        ['without people', withoutPeopleSays(metrics.withoutPeople)],
        ['contained', momentSays(metrics.contained)],
        ['recovered', momentSays(metrics.recovered)],
        ['interrupted', interruptionSays(metrics)],
        ['closed', momentSays(metrics.closed)],
        [
          'told',
          `${escalations.filter(({ what }) => what === 'rung').length} rungs, ${lateRungs} of them late`,
        ],
        ['silence', `answered ${escalations.filter(({ what }) => what === 'silence').length} times`],
        ['reminded', remindersSay(metrics)],
        ['plans', plansSay(metrics)],
        ['late', `${metrics.lateSteps} steps`],
        ['follow-ups', followUpsSay(metrics.followUps)],
        ['weakened', weakenedSays(metrics.weakened)],
        ['votes', String(metrics.votes.length)],
        ['refused', wordCounts(refusals)],
      ]),
      'Who held it',
      ...indented(metrics.holds.map(holdSays)),
      ...(metrics.handOffs.length === 0 ? [] : ['Hand-offs', ...indented(metrics.handOffs.map(handOffSays))]),
      ...(undone.length === 0
        ? []
        : [
            'Undone by somebody, and applied again',
            ...indented(undone.map(({ at, step, does, party }) => `${at}  ${step} of ${party}: ${does}`)),
          ]),
      ...(reopened.length === 0
        ? []
        : [
            'Open again, because what was seen dead was back',
            ...indented(reopened.map(({ at, steps, saw }) => `${at}  ${steps.join(', ')}: ${saw}`)),
          ]),
    ]),
  ];
}

export function manyMetricsLines(many: ManyMetrics): string[] {
  const { drills, forwarded } = many.leftOut;
  const left = [
    ...(drills === 0 ? [] : [`${drills} ${drills === 1 ? 'drill' : 'drills'}`]),
    ...(forwarded === 0 ? [] : [`${forwarded} that went to another incident`]),
  ];
  return [
    `${many.counted} of ${many.records} incidents counted${left.length === 0 ? '' : `; left out: ${left.join(', ')}`}`,
    ...indented([
      'From the opening: how many, median, 90th percentile (nearest rank)',
      ...indented(
        columns([
          [
            'class',
            'incidents',
            'acknowledged',
            'without people',
            'contained',
            'recovered',
            'interrupted',
            'closed',
            'late rungs',
            'undone',
            'open again',
            'refused',
          ],
          ...(Object.keys(many.byClass).length === 1 ? [] : [timesRow('all', many.all)]),
          ...Object.entries(many.byClass).map(([name, times]) => timesRow(name, times)),
        ]),
      ),
      'What people were asked again, reminded of, and agreed to weaken',
      ...indented(
        columns([
          ['class', 'reminders', 'plans', 'late steps', 'follow-ups', 'weakened'],
          ...(Object.keys(many.byClass).length === 1 ? [] : [courseRow('all', many.all)]),
          ...Object.entries(many.byClass).map(([name, times]) => courseRow(name, times)),
        ]),
      ),
      'By party',
      ...indented(
        columns([
          [
            'party',
            'took it after',
            'held it for',
            'held it when contained',
            'when recovered',
            'declined',
            'expired',
            'told',
            'reminded',
            'votes',
            'undone',
          ],
          ...Object.entries(many.byParty).map(([party, times]) => partyRow(party, times)),
        ]),
      ),
    ]),
  ];
}

const timesRow = (name: string, times: Times): string[] => [
  name,
  String(times.incidents),
  distributionSays(times.acknowledge),
  distributionSays(times.withoutPeople),
  distributionSays(times.contain),
  distributionSays(times.recover),
  distributionSays(times.interrupt),
  distributionSays(times.close),
  String(times.lateRungs),
  String(times.undone),
  String(times.reopened),
  wordCounts(times.refusals),
];

const courseRow = (name: string, times: Times): string[] => [
  name,
  String(times.reminders),
  plansSay(times),
  String(times.lateSteps),
  followUpsSay(times.followUps),
  weakenedSays(times.weakened),
];

const partyRow = (party: string, times: PartyTimes): string[] => [
  party,
  distributionSays(times.take),
  distributionSays(times.held),
  distributionSays(times.contain),
  distributionSays(times.recover),
  String(times.declined),
  String(times.expired),
  String(times.told),
  String(times.reminded),
  String(times.votes),
  String(times.undone),
];

const distributionSays = (distribution: Distribution | undefined): string =>
  distribution === undefined
    ? '-'
    : `${distribution.count}: ${inWords(distribution.medianMs)}, ${inWords(distribution.p90Ms)}`;

function remindersSay({ reminders }: CustodyMetrics): string {
  const of = (what: 'holder' | 'outcome') => reminders.filter((one) => one.what === what).length;
  return `whoever held it: ${of('holder')}, whoever keeps the outcome: ${of('outcome')}`;
}

const plansSay = ({
  changedPlans,
  lapsedPlans,
  hardDeadlines,
}: Pick<Times, 'changedPlans' | 'lapsedPlans' | 'hardDeadlines'>): string =>
  `${changedPlans} changed, ${lapsedPlans} lapsed, ${hardDeadlines} hard deadlines came`;

function followUpsSay({ found, late, ended }: FollowUpCounts): string {
  const left = found - Object.values(ended).reduce((sum, count) => sum + count, 0);
  return found === 0 ? '0' : `${found}, ${left} left, ${late} late: ${wordCounts(ended)}`;
}

const weakenedSays = ({ paused, lowered, waived, takenBack, glassBroken }: Weakened): string =>
  `${paused} pauses, ${lowered} lowered, ${waived} waived, ${takenBack} undone, ${glassBroken} approved alone`;

function withoutPeopleSays({ seen, begun, refused, withdrawn, strangers }: WithoutPeople): string {
  const times = begun.class + begun.silence;
  if (times === 0) return 'nothing was ordered';
  const left = wordCounts(refused);
  return [
    `${times === 1 ? 'ordered once' : `ordered ${times} times`}${begun.silence === 0 ? '' : `, ${begun.silence} of them in silence`}`,
    ...(seen === undefined ? [] : [`seen ${momentSays(seen)}`]),
    ...(left === '0' ? [] : [`left to people: ${left}`]),
    ...(withdrawn === 0 ? [] : [`withdrawn: ${withdrawn}`]),
    ...(strangers === 0 ? [] : [`wearers of others: ${strangers}`]),
  ].join('; ');
}

const momentSays = (moment: Moment | undefined): string =>
  moment === undefined
    ? 'not yet, or never'
    : `after ${inWords(moment.afterMs)}, ${moment.at}, held by ${moment.holder}`;

const interruptionSays = ({ interruptedSeconds }: CustodyMetrics): string =>
  interruptedSeconds === undefined ? 'not known' : inWords(interruptedSeconds * 1_000);

const holdSays = ({ party, person, since, until, heldMs }: HoldInterval): string =>
  `${since}  ${party}${person === undefined ? ', nobody took it' : `, ${person}`}` +
  (until === undefined || heldMs === undefined ? ', to this day' : `, for ${inWords(heldMs)}`);

const handOffSays = ({ offeredAt, from, to, by, answer, person, afterMs }: HandOff): string =>
  `${offeredAt}  ${from} to ${to}, by ${by}: ${answer ?? 'not answered'}` +
  (person === undefined ? '' : ` by ${person}`) +
  (afterMs === undefined ? '' : ` after ${inWords(afterMs)}`);

function wordCounts(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  const words = some.map(([word, count]) => `${count} ${word}`);
  return words.length === 0 ? '0' : words.join(', ');
}
