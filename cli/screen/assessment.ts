// The SOC's word on what it is, and whether the identity was attacked before. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { said } from './clock.ts';

const VERDICTS: Record<string, string> = {
  incident: 'an incident',
  falsePositive: 'a false alarm',
  drill: 'a drill',
  duplicate: 'a duplicate',
};

/** For columns. */
export function assessmentRows(
  { assessment, earlier, key }: Pick<IncidentView, 'assessment' | 'earlier' | 'key'>,
  now: Date,
): string[][] {
  return [
    ...(assessment === null ? [] : [['judged', assessmentSays(assessment, now)]]),
    ...(assessment === null || assessment.touched.length === 0
      ? []
      : [['touched', assessment.touched.join(', ')]]),
    ...(earlier === null
      ? []
      : [
          ['attacked before', earlierSays(earlier, now)],
          ['', `custody record show ${key} --run ${earlier.firstRun}`],
        ]),
  ];
}

export function assessmentSays(
  { verdict, impact, priority, by, at }: NonNullable<IncidentView['assessment']>,
  now: Date,
): string {
  const words = [
    verdict === null ? 'no verdict yet' : (VERDICTS[verdict] ?? verdict),
    ...(impact === null ? [] : [`impact ${impact}`]),
    ...(priority === null ? [] : [`priority ${priority}`]),
  ];
  return `${words.join(', ')}: says ${by}, ${said(at, now)}`;
}

export function earlierSays(
  { closedAs, closedAt, firstRun, count }: NonNullable<IncidentView['earlier']>,
  now: Date,
): string {
  const often = count > 1 ? `, the last of ${count} times` : '';
  return `closed as ${closedAs} on ${said(closedAt, now)}, record ${firstRun}${often}`;
}
