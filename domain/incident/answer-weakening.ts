// What weakens the response is asked of a second person: that the clocks stand for a while, that a class, severity or mode is
// lowered, that something left to do is waived, that what was done is undone.
import { NOT_READ_YET } from './refused-by-rules.ts';
import type { GateName } from '../plan/plan.schema.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Weakening } from '../gate/gate.ts';
import { weakeningInWords } from '../gate/weakening.ts';
import { epochMs, instant, plus } from '../instant/instant.ts';
import { SOC } from '../runbook/resolve.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { castVote } from './cast-vote.ts';
import type { Deciding } from './decision.ts';
import { openGate } from './gate-moves.ts';
import { gateNamed, type Incident } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering } from './speaking.ts';

const MOST_AT_ONCE = 10;

/** Whether so much is asked for already that it must be answered first. */
export const askedEnough = ({ gates }: Incident): Refusal | null =>
  gates.filter((gate) => gate.status === 'open' && gate.weakens !== null).length < MOST_AT_ONCE
    ? null
    : refusal('notNow', 'Much is asked for already: answer that first.');

/** Whoever asks for it has approved it; the others are told. */
export function askToWeaken(
  deciding: Deciding,
  said: Readable,
  name: Extract<GateName, 'pause' | 'lower' | 'waive' | 'undo'>,
  rule: GateRule,
  weakens: Weakening,
  reason: string,
): void {
  const plan = weakens.do === 'undo' ? weakens.plan : null;
  const id = openGate(deciding, name, plan, rule, { weakens });
  castVote(deciding, said, deciding.gate(id), 'approve', reason);
  acknowledgeByAnswering(deciding, said);
  const asks = `${said.statement.person} asks that ${weakeningInWords(weakens)}: ${reason}`;
  for (const party of rule.parties) {
    deciding.tell(party, `${deciding.incident.title}: ${asks} A second person decides:`, {
      answer: 'approve',
    });
  }
}

/** The clocks are to stand for a while; a second person of the holder's or the SOC agrees. */
export function pause(deciding: Deciding, said: Readable): Refusal | null {
  const { incident, now } = deciding;
  const { until, reason } = said.statement.body as Body<'pause'>;
  if (incident.rules === null) return NOT_READ_YET;
  if (incident.paused !== null)
    return refusal('notNow', `The clocks stand already, until ${incident.paused.until}.`);
  if (gateNamed(incident, 'pause') !== undefined)
    return refusal('notNow', 'A pause is asked for already: answer that.');
  const asked = instant(epochMs(until));
  const latest = plus(now, incident.rules.pauseMs - incident.pausedMs);
  if (latest <= now)
    return refusal('notNow', 'The clocks of this phase have stood as long as the runbook allows.');
  if (asked <= now || asked > latest) {
    return refusal('notNow', `A pause ends in the future, and by ${latest} at the latest.`);
  }
  const parties = [...new Set([incident.hold.party, SOC])];
  const rule = { quorum: 2, parties };
  askToWeaken(deciding, said, 'pause', rule, { do: 'pause', until: asked }, reason);
  return null;
}
