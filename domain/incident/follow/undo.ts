// What was put on has been seen taken off: whoever cleared the identity is asked to close it; else it is judged anew.
import { approvals, type Gate } from '../../gate/gate.ts';
import { isDone } from '../../plan/progress.ts';
import { enterPhase } from '../custody-moves.ts';
import type { Deciding } from '../decision.ts';
import { atLeastTwo, openGate } from '../gate-moves.ts';
import { gateNamed } from '../incident.ts';
import { lapseGates } from '../plan-moves.ts';

export function takeBack(deciding: Deciding, { id, plan }: Gate): void {
  if (plan === null) throw new Error(`${id} asks about no plan`);
  const { title, hold } = deciding.incident;
  deciding.add('undoApproved', { plan });
  // What was asked about the plans before: nobody is to judge the identity by a plan that takes something off.
  lapseGates(deciding, 'what was done is undone first');
  const approved = deciding.incident.approved?.plan;
  const parties = new Set([hold.party, ...(approved?.steps ?? []).map(({ party }) => party)]);
  for (const party of parties)
    deciding.tell(party, `${title}: two people agreed, and it is undone now. ${staysIn(approved)}`.trim());
}

const staysIn = (plan: { undoes?: { stays: { says: string }[] } | undefined } | undefined): string =>
  (plan?.undoes?.stays ?? [])
    .map(({ says }) => says)
    .join(' ')
    .slice(0, 1_000);

export function endUndo(deciding: Deciding): void {
  const { approved, rules, steps, drill } = deciding.incident;
  if (approved?.plan.undoes === undefined || rules === null || !steps.every(isDone)) return;
  const { verdict } = approved.plan.undoes;
  const gate = deciding.incident.gates.findLast((one) => one.name === 'undo' && one.plan === approved.hash);
  const by =
    gate === undefined
      ? ''
      : approvals(gate)
          .map(({ person }) => person)
          .join(' and ');
  deciding.add('undone', { plan: approved.hash, verdict, by });
  const why = 'what custody had put on it is seen taken off.';
  if (deciding.incident.phase !== 'triage') enterPhase(deciding, 'triage', why);
  else deciding.tell(deciding.incident.hold.party, `${deciding.incident.title}: ${why}`);
  if (verdict === null) return;
  const byHand = gateNamed(deciding.incident, 'close');
  if (byHand !== undefined)
    deciding.add('gateLapsed', {
      gate: byHand.id,
      name: 'close',
      why: 'nothing is left to be handled by hand',
    });
  const rule = atLeastTwo(rules.gates.close, drill);
  openGate(deciding, 'close', null, rule, { closesAs: verdict });
  for (const party of rule.parties) {
    deciding.tell(
      party,
      `${deciding.incident.title}: cleared, and its access is as it was. Two people close it as ${verdict}:`,
      { answer: 'close' },
    );
  }
}
