// What an identity did since the compromise, as the provider's log tells it: some lines, not the log. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { said } from './clock.ts';
import { columns, indented } from './columns.ts';

const MOST = 5;

export function activityLines({ activity }: Pick<IncidentView, 'activity'>, now: Date): string[] {
  if (activity === null) return [];
  const { events, firstAt, lastAt, changes, moreChanges, unread } = activity;
  const seen =
    firstAt === null || lastAt === null
      ? [`no call of it is in the log since ${said(activity.since, now)}`]
      : [
          `${events} calls from ${said(firstAt, now)} to ${said(lastAt, now)}`,
          ...indented(
            columns(
              [
                ['addresses', inWords(activity.addresses)],
                ['user agents', inWords(activity.agents)],
                ['services', inWords(activity.services)],
                ['refused', inWords(activity.refused)],
              ].filter(([, words]) => words !== ''),
            ),
          ),
        ];
  const more = changes.length - MOST + moreChanges;
  const made = changes
    .slice(0, MOST)
    .map(({ at, call, on, other }) => [said(at, now), call, on.join(', '), other ?? '']);
  return [
    'What it did since the compromise',
    ...indented([
      ...seen,
      ...(made.length === 0
        ? []
        : ['made or changed', ...indented([...columns(made), ...(more > 0 ? [`and ${more} more`] : [])])]),
      ...unread,
    ]),
  ];
}

function inWords(counted: readonly { name: string; count: number }[]): string {
  const words = counted.slice(0, MOST).map(({ name, count }) => `${name} (${count})`);
  return [...words, ...(counted.length > MOST ? [`and ${counted.length - MOST} more`] : [])].join(', ');
}
