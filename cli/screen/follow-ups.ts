// What is left to do about an identity: where its secret lies open, and what should be better. Whose, until when, and how it ended. Pure.
import type { FollowUpView, IncidentView } from '../../domain/incident/view.ts';
import { due, said } from './clock.ts';
import { indented } from './columns.ts';

export function followUpsLines(view: Pick<IncidentView, 'followUps' | 'handle'>, now: Date): string[] {
  const exposures = view.followUps.filter(({ kind }) => kind === 'exposure');
  const others = view.followUps.filter(({ kind }) => kind !== 'exposure');
  const section = (says: string, of: readonly FollowUpView[]) =>
    of.length === 0
      ? []
      : [says, ...indented(of.flatMap((one) => [followUpLine(one, now), ...documentLines(one)]))];
  return [
    ...section('Where the secret lies open', exposures),
    ...section('Left to do', others),
    ...(view.followUps.some(isOpen)
      ? [`  when one has ended: custody follow-up ${view.handle} --id … --as done --reason "…"`]
      : []),
  ];
}

/** Whole, to be copied as it is; once it has ended nobody needs it. */
const documentLines = (followUp: FollowUpView): string[] =>
  isOpen(followUp)
    ? followUp.documents.flatMap(({ title, content }) => [
        `  ${title}:`,
        ...indented(indented(content.split('\n'))),
      ])
    : [];

const isOpen = ({ status }: FollowUpView): boolean => status === 'open';

export const followUpLine = (followUp: FollowUpView, now: Date): string =>
  isOpen(followUp)
    ? `· ${named(followUp)}, to be done by ${due(followUp.due, now)}`
    : `✓ ${named(followUp)}: ${endSays(followUp)}`;

const named = ({ id, says, title }: FollowUpView): string => `${id}  ${says} (${title})`;

const ENDS: Record<string, string> = {
  done: 'done',
  ticketed: 'goes on elsewhere',
  waived: 'is not to be done',
  void: 'is void, the credential is dead',
};

const endSays = ({ status, ticket, by }: FollowUpView): string =>
  (ENDS[status] ?? status) + (ticket === null ? '' : `, ${ticket}`) + (by === null ? '' : `; says ${by}`);

/** What is new, and what has ended since. */
export function followUpChanges(
  before: readonly FollowUpView[],
  after: readonly FollowUpView[],
  now: Date,
): string[] {
  const earlier = new Map(before.map((one) => [one.id, one]));
  return after.flatMap((one) => {
    const then = earlier.get(one.id);
    if (then !== undefined && then.status === one.status) return [];
    const what = one.kind === 'exposure' ? 'the secret lies open' : 'left to do';
    return isOpen(one)
      ? [`${what}: ${named(one)}, by ${said(one.due, now)}`]
      : [`ended: ${named(one)}: ${endSays(one)}`];
  });
}
