// Who may say what, as people read it: allowed or forbidden, by which policy, and of whom and what that is said. Pure.
import type { AuthorityExplanation } from '../../authority/explain.ts';
import { columns, indented } from './columns.ts';

export function authorityLines(explained: AuthorityExplanation): string[] {
  const { allowed, reason, by, person, parties, identity, phase, holder } = explained;
  const rows = [
    ...policies(by),
    ['who', `${person}, ${whose(parties)}`],
    ['about', `${identity}, ${explained.class === null ? 'no class yet' : `class ${explained.class}`}`],
    ['when', `${phase}, held by ${holder}`],
  ];
  return [
    allowed
      ? `ALLOWED: ${person} may ${said(explained)}.`
      : `FORBIDDEN: ${person} may not ${said(explained)}. ${reason}`,
    ...indented(columns(rows)),
  ];
}

const said = ({ message, gate, verdict }: AuthorityExplanation): string =>
  gate === null || verdict === null
    ? `say "${message}"`
    : `${verdict === 'breakGlass' ? 'break the glass' : verdict} at the gate ${gate}`;

function policies(by: AuthorityExplanation['by']): string[][] {
  if (by === null) return [['policy', 'none was asked: this holds whatever authority.cedar says']];
  if (by.length === 0) return [['policy', 'none allows it']];
  return by.map(({ id, effect, says }) => [
    'policy',
    `${id} ${effect === 'permit' ? 'allows' : 'forbids'} it${says === null ? '' : `: ${says}`}`,
  ]);
}

const whose = (parties: AuthorityExplanation['parties']): string => {
  if (parties === null) return 'whom people.yaml does not know';
  return parties.length === 0 ? 'of no party' : `of ${parties.join(' and ')}`;
};
