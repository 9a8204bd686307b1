// What is put on before anybody has decided, as people read it. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { said } from './clock.ts';
import { indented } from './columns.ts';

export function automaticLines(
  { automatic, planHash }: Pick<IncidentView, 'automatic' | 'planHash'>,
  now: Date,
): string[] {
  if (automatic === null) return [];
  const { underWay, on, leftToPeople } = automatic;
  const isSeen = on.some(({ seenAt }) => seenAt !== null);
  return [
    isSeen && planHash === null
      ? 'Without people: contained by the automatic quarantine; nobody has decided yet'
      : 'Without people',
    ...indented([
      ...underWay.map(
        ({ does, status, trouble }) => `${status}: ${does}${trouble === null ? '' : ` (${trouble})`}`,
      ),
      ...on.map(({ does, since, seenAt }) =>
        seenAt === null
          ? `perhaps on since ${said(since, now)}: ${does}`
          : `on, seen ${said(seenAt, now)}: ${does}`,
      ),
      ...(leftToPeople === null ? [] : [`left to people: ${leftToPeople}`]),
    ]),
  ];
}
