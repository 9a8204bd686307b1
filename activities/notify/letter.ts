// A notice as a letter for people: plain words, plain text. What an alert says may be an attacker's words, so each stands on one
// line of its own and can begin no new header, no new line, and turn no letter around.
import type { OutgoingNotice } from './notify.ts';

export interface Letter {
  subject: string;
  text: string;
}

const LONGEST_SUBJECT = 160;

export function letterOf(notice: OutgoingNotice): Letter {
  const { says, holder, due, then, answer, drill, title, level, phase, handle, key, to, person } = notice;
  const holds =
    holder.person === null
      ? `${holder.title}; nobody of them has taken it`
      : `${holder.person} (${holder.title})`;
  const rows: [string, string][] = [
    ['Who holds it', holds],
    ['Due', inUtc(due)],
    ['If nobody acts', then],
    ['To answer', answer],
    ['Incident', `${handle}, ${phase}, severity ${level}`],
    ['Identity', key],
    ['Meant for', person === null ? to : `${person} (${to})`],
    ['Written', inUtc(notice.at)],
  ];
  const table = rows.map(([name, value]) => `${`${name}:`.padEnd(16)}${oneLine(value)}`);
  const drillSays = drill ? ['This is a DRILL: nothing will be cut.', ''] : [];
  return {
    subject: shortened(
      `${drill ? 'DRILL: ' : ''}[custody ${handle}] ${oneLine(title)} (${level}), due ${inUtc(due)}`,
    ),
    text: [oneLine(says), '', ...drillSays, ...table, ''].join('\n'),
  };
}

/** `2026-11-24 03:22 UTC` */
const inUtc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** Control and format characters, line ends among them, become spaces. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

const shortened = (text: string): string =>
  text.length <= LONGEST_SUBJECT ? text : `${[...text].slice(0, LONGEST_SUBJECT - 1).join('')}…`;
