// What is said of the identity and chooses the rules, a line a fact, with where it was read. Pure. The runbook's own word is not among
// it: `custody runbook explain` shows that.
import type { IncidentView } from '../../domain/incident/view.ts';
import { columns, indented } from './columns.ts';

/** Of one piece of evidence, in characters: the record has all of it. */
const MOST = 80;

type Fact = IncidentView['facts'][number];

export function knownLines(facts: readonly Fact[]): string[] {
  const rows = [...new Set(facts.map(({ fact }) => fact))].map((name) => {
    const about = facts.filter(({ fact }) => fact === name);
    const holds = about.some(({ value }) => value);
    const other = about.filter(({ value }) => value !== holds);
    return [
      name,
      holds ? 'yes' : 'no',
      evidenceOf(about.filter(({ value }) => value === holds)) +
        (other.length === 0 ? '' : ` (said to be otherwise, which does not count: ${evidenceOf(other)})`),
    ];
  });
  return rows.length === 0 ? [] : ['Known of it', ...indented(columns(rows))];
}

/** For a line a change. */
export const knownSays = ({ fact, value, evidence }: Fact): string =>
  `known: ${fact} ${value ? 'yes' : 'no'} (${shortened(evidence)})`;

const evidenceOf = (facts: readonly Fact[]): string =>
  facts.map(({ evidence }) => shortened(evidence)).join('; ');

const shortened = (text: string): string => (text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`);
