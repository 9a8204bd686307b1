// Whether a gate that the record calls met was met: by the words that stand before, each of a person whose proof held. What the line
// says of voters' parties is not looked at; they are the directory's.
import { isPlainApproval } from '../../domain/gate/told.ts';
import { missingParties, quorumMet, type Voter } from '../../domain/gate/quorum.ts';
import { SOC } from '../../domain/runbook/resolve.ts';
import type { Proven } from '../proof.ts';
import type { Data } from './compare.ts';
import { type OpenedGate, openedGateSchema } from './line.schema.ts';

export interface AskedGate extends OpenedGate {
  approvals: (Voter & { told?: true })[];
  /** Whether one vote says in its own words what becomes weaker. */
  askedFor: boolean;
  /** Who said no. */
  rejections: Voter[];
  /** Whose own doing it asks about: their words do not count. */
  notBy: readonly string[];
  /** One person approved alone: everybody was told, and it is reviewed. */
  glass: boolean;
  met: boolean;
}

/** null: the line does not say what is asked of whom. `carried`: what it counts from the gate before. */
export function opened(
  data: Data,
  carried: readonly Proven[],
  notBy: readonly string[] = [],
): AskedGate | null {
  const read = openedGateSchema.safeParse(data);
  if (!read.success) return null;
  const gate: AskedGate = {
    ...read.data,
    approvals: [],
    rejections: [],
    notBy,
    askedFor: false,
    glass: false,
    met: false,
  };
  // An assessment names its plan, so it counts at the act gate too.
  for (const said of carried) count(gate, said);
  return gate;
}

/** Counts the word, if it approves what this gate asks, or says no to it. */
export function count(gate: AskedGate, { statement, speaker }: Proven): void {
  const { message, body, plan, answers } = statement;
  const names = GATES_OF[message];
  if (names?.includes(gate.name) !== true) return;
  if (gate.notBy.includes(speaker.id)) return;
  if (message === 'decide' && (answers !== gate.gate || plan !== (gate.binds ?? gate.plan))) return;
  if (message === 'undo' && plan !== gate.plan) return;
  if (message === 'decide' && body.verdict === 'reject')
    gate.rejections.push({ person: speaker.id, parties: speaker.parties });
  if (message === 'decide' && body.verdict !== 'approve') return;
  if (message === 'assess' && !isAssessedFor(gate, statement)) return;
  // As the executor counts it: the SOC's vote, and no other party's that the person may also belong to.
  const asSoc = message === 'assess' && gate.name === 'act';
  const parties = asSoc ? speaker.parties.filter((party) => party === SOC) : speaker.parties;
  gate.approvals.push({ person: speaker.id, parties });
}

/** An approval that nobody proved, where this gate takes one: why it does not, or null. */
export function countTold(gate: AskedGate, { statement, speaker }: Proven): string | null {
  if (gate.name !== 'act' || gate.rule.assurance !== 'told' || !isPlainApproval(statement))
    return `what ${speaker.id} is to have said at the gate ${gate.gate} carries no proof`;
  if (statement.answers !== gate.gate || statement.plan !== gate.plan)
    return `what ${speaker.id} is to have said is no approval at the gate ${gate.gate}`;
  gate.approvals.push({ person: speaker.id, parties: speaker.parties, told: true });
  return null;
}

/** Which gates a message is a vote at. */
const GATES_OF: Readonly<Record<string, readonly string[]>> = {
  decide: ['act', 'irreversible', 'close', 'pause', 'lower', 'waive', 'review', 'undo'],
  assess: ['risk', 'act', 'lower', 'close'],
  close: ['close'],
  pause: ['pause'],
  followUp: ['waive'],
  undo: ['undo'],
};

function isAssessedFor({ name, plan, closesAs }: AskedGate, said: Proven['statement']): boolean {
  const { verdict } = said.body;
  if (name === 'lower') return true;
  if (name === 'close') return verdict !== undefined && verdict === closesAs;
  return verdict === 'incident' && (name === 'risk' || said.plan === plan);
}

/** Why these votes do not meet the gate, or null. */
export function whyNotMet(gate: AskedGate, isDrill: boolean): string | null {
  const rule = {
    quorum: !isDrill && isWeaker(gate) ? Math.max(2, gate.rule.quorum) : gate.rule.quorum,
    parties: ASK_THE_TEAMS.includes(gate.name)
      ? gate.rule.parties
      : [...new Set([...gate.rule.parties, SOC])],
  };
  const isProven = gate.approvals.some(({ told }) => told !== true);
  if (gate.glass || (isProven && quorumMet(rule, gate.approvals))) return null;
  if (!isProven && gate.approvals.length > 0)
    return `the gate ${gate.gate} is called met, and nobody has proved that they approved it`;
  const missing = missingParties(rule, gate.approvals);
  return missing.length > 0
    ? `the gate ${gate.gate} is called met, and nobody of ${missing.join(' and ')} has approved it`
    : `the gate ${gate.gate} is called met, and asks for ${rule.quorum} different people who approve it`;
}

/** What the SOC has said no to, in words of its own. */
export const isRefused = ({ rejections }: AskedGate): boolean =>
  rejections.some(({ parties }) => parties.includes(SOC));

/** Every other gate asks the SOC, whatever the line says: it owns the risk decision and the record. */
const ASK_THE_TEAMS: readonly string[] = ['act', 'irreversible'];
/** Everything was seen, or was to be seen only. */
const ENDS_BY_ITSELF: readonly string[] = ['resolved', 'observed'];

/** What one person alone does not do, whatever the line says, unless it is a drill. */
const isWeaker = ({ name, weakens, closesAs }: AskedGate): boolean =>
  weakens !== null || (name === 'close' && !ENDS_BY_ITSELF.includes(closesAs ?? 'resolved'));
